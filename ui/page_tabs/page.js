// What the page does by itself: draws figures, opens reviews and facts, remembers the language.
"use strict";

const PLOTLY = "/assets/plotly.min.js";
let plotly = null;

/** Load Plotly once, when the first figure comes into view. */
function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = PLOTLY;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });
  return plotly;
}

/** Take the colours of texts and boxes from the page, which is light or dark. */
function inPageColours(figure) {
  const style = getComputedStyle(document.querySelector(".gradio-container") ?? document.body);
  const ink = style.getPropertyValue("--body-text-color").trim() || style.color;
  const ground = style.getPropertyValue("--background-fill-primary").trim();
  const layout = structuredClone(figure.layout);
  layout.font = { ...layout.font, color: ink };
  layout.hoverlabel = { bgcolor: ground, bordercolor: ink, font: { color: ink } };
  return layout;
}

const drawn = new WeakMap();  // what was drawn where
const whole = new WeakSet();  // where that has ended

function isStale(place) {
  return drawn.get(place) !== place.dataset.figure;
}

async function draw(place) {
  const text = place.dataset.figure;
  drawn.set(place, text);
  whole.delete(place);
  const library = await loadPlotly();
  if (!place.isConnected || place.dataset.figure !== text) return;
  const figure = JSON.parse(text);
  const options = { responsive: true, displaylogo: false, displayModeBar: false };
  library.purge(place);
  place.replaceChildren();
  await library.newPlot(place, figure.data, inPageColours(figure), options);
  whole.add(place);
}

const inView = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting && isStale(target)) draw(target);
  }
}, { rootMargin: "200px" });

/** Look at every figure that is new or has become another; it is drawn once it is in view. */
function lookForFigures() {
  waiting = false;
  document.querySelectorAll("[data-figure]").forEach((place) => {
    const isEmptied = whole.has(place) && !place.firstElementChild;
    if (isEmptied) drawn.delete(place);
    if (!isStale(place)) return;
    inView.unobserve(place);
    inView.observe(place);
  });
}

/** Show the proof of one answer and hide the others. */
function showProof(proof) {
  document.querySelectorAll("[data-proof]").forEach((each) => { each.hidden = each !== proof; });
}

/** Put what has arrived where it belongs: an answer at the end of the conversation, and so on. */
function moveIn() {
  document.querySelectorAll("template[data-into], template[data-instead]").forEach((sent) => {
    const { into, instead } = sent.dataset;
    const place = document.getElementById(into ?? instead);
    const proof = sent.content.querySelector("[data-proof]");
    if (proof) showProof(proof);
    if (into) place?.append(sent.content);
    else place?.replaceWith(sent.content);
    sent.remove();
  });
}

let newest = null;  // of the questions on the page

/** Show a new question from its beginning, and empty the box that it was typed in. */
function followNewest() {
  const log = document.getElementById("gs-log");
  const last = [...(log?.querySelectorAll(".gs-turn") ?? [])].at(-1);
  if (!last || last === newest) return;
  newest = last;
  const box = document.querySelector("#gs-box textarea, #gs-box input");
  if (box?.value.trim() === last.querySelector(".gs-question").textContent.trim()) {
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));  // so that Gradio knows
  }
  const above = last.getBoundingClientRect().top - log.getBoundingClientRect().top;
  log.scrollTo({ top: above + log.scrollTop - 4 });
}

let waiting = false;
new MutationObserver(() => {
  moveIn();
  followNewest();
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(lookForFigures);
}).observe(document.documentElement, {
  childList: true, subtree: true, attributes: true, attributeFilter: ["data-figure"],
});
lookForFigures();

new MutationObserver(() => {
  document.querySelectorAll(".js-plotly-plot[data-figure]").forEach(draw);
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });

/** Show where something is, and light it for a moment. */
function light(found) {
  found.scrollIntoView({ block: "center", behavior: "smooth" });
  found.classList.add("gs-lit");
  setTimeout(() => found.classList.remove("gs-lit"), 2000);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-cite], [data-fact]");
  if (!opener) return;
  const found = document.getElementById(opener.dataset.cite ?? opener.dataset.fact);
  if (!found) return;
  const proof = found.closest("[data-proof]");
  if (proof) showProof(proof);
  const whole = found.querySelector("details");
  if (whole && opener.dataset.cite) whole.open = true;
  light(found);
});

document.addEventListener("click", (event) => {
  const rate = event.target.closest("[data-rate]");
  if (!rate) return;
  const group = rate.closest(".gs-rates").querySelectorAll("[data-rate]");
  group.forEach((each) => each.setAttribute("aria-pressed", String(each === rate)));
});
