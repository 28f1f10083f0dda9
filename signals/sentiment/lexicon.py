"""Sentiment by counting words: a small stand-in for the model, openly weaker.

Words are the project's own lists in English, Chinese and Portuguese. A negation turns the next few
words around, a booster counts them half as much again. Use it where the model cannot be loaded, and
in fast tests; its scores carry their own model id, so they never mix with the model's.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.aspects import ASPECTS, aspects_of
from signals.sentiment.clauses import clauses
from signals.sentiment.scoring import Scored

if TYPE_CHECKING:
    from collections.abc import Sequence

_REACH: Final = 3
"""Tokens behind a negation or booster that it still touches."""

_GOOD = """
amazing awesome beautiful best better bright brilliant comfortable comfy convenient cool cute
delicious delighted durable easy elegant enjoy enjoyed enjoying excellent fabulous fantastic
fast favorite favourite fine flawless fresh friendly fun genuine glad good gorgeous great happy
helpful impressed impressive incredible intuitive lightweight lovely love loved loves nice
outstanding perfect perfectly pleasant pleased polite powerful quick quickly recommend
recommended reliable responsive satisfied sharp smooth soft solid stunning sturdy stylish superb
superior terrific thank thanks tasty thrilled useful wonderful wow worth adoramos adorei adoro
agradável amei amo bem boa bom bonita bonito confiável confortável contente durável eficiente
elegante excelente excelentes fácil feliz funciona gostamos gostei incrível lindo linda
maravilhosa maravilhoso melhor ótima ótimo obrigada obrigado parabéns perfeita perfeito prático
prática rápida rápido recomendo resistente satisfeita satisfeito super top útil
好 好用 好看 好吃 好评 很棒 不错 喜欢 满意 推荐 值得 优秀 漂亮 美观 舒服 舒适 柔软 清晰 流畅
给力 划算 实惠 便宜 正品 新鲜 完美 赞 超赞 点赞 惊喜 开心 高兴 方便 耐用 结实 牢固 快捷 神速
精致 贴心 周到 热情 香甜 爱了 放心 感谢 谢谢 物美价廉 物超所值 性价比高 回购
"""

_BAD = """
annoyed annoying awful bad blurry boring broke broken bug buggy cheaply complain complaint
confusing crap crash crashed crashes damaged dead defective delayed dirty disappointed
disappointing disappointment disgusting dull expensive fail failed fails failure fake faulty
flimsy frustrated frustrating garbage hate hated hates horrible junk lag laggy late leak leaking
leaks lie lied lost mess misleading missing nightmare noisy overpriced pathetic poor poorly
refund return returned returning rough rubbish rude scam scratched shame slow smell smells
smelly stale stiff stopped stuck sucks terrible torn tore ugly unacceptable uncomfortable
unhappy unreliable unusable upset useless waste wasted weak worse worst worthless wrong
arrependi arrependida arrependido atrasada atrasado atraso cara caro cancelei cancelado defeito
defeituoso decepção decepcionada decepcionado demora demorada demorado demorou descaso devolução
devolver devolvi errada errado estragada estragado falsa falso faltando faltou feia feio fraca
fraco frágil golpe horrível inferior insatisfeita insatisfeito lamentável lenta lento mal má mau
mentira odiei péssima péssimo pior porcaria problema problemas quebrada quebrado quebrou rasgada
rasgado reclamação ridículo ruim rasgou triste
差 差评 很差 太差 垃圾 失望 难用 难看 难吃 难闻 刺鼻 坏了 坏的 破损 破了 假货 假的 退货 退款
后悔 糟糕 恶心 卡顿 死机 发热 发烫 掉色 起球 褪色 掉毛 粗糙 劣质 异味 漏水 漏电 太慢 很慢 上当
骗人 欺骗 坑人 太贵 不值 态度恶劣 投诉 无语 气愤 讨厌 麻烦 烂 腐烂 不新鲜 变质 噪音 失效 裂开
断了
"""

_NEGATIONS = """
no not never none nothing neither nor cannot cant can't dont don't doesnt doesn't didnt didn't
isnt isn't wasnt wasn't wont won't wouldnt wouldn't couldnt couldn't hardly barely without arent
aren't werent weren't não nao nem nunca jamais nada sem tampouco
不 不太 不是 不够 没 没有 没那么 并不 并非 从不 毫不 别 未 谈不上 算不上
"""

_BOOSTERS = """
very really so too extremely super totally absolutely highly incredibly muito muita bem super
extremamente totalmente demais
很 太 非常 特别 超 超级 十分 极其 真 真的 相当
"""

_VALENCE: Final = dict.fromkeys(_GOOD.split(), 1.0) | dict.fromkeys(_BAD.split(), -1.0)
_TURNING: Final = frozenset(_NEGATIONS.split())
_BOOSTING: Final = frozenset(_BOOSTERS.split())


def _is_han(word: str) -> bool:
    return "\u4e00" <= word[0] <= "\u9fff"


_HAN_WORDS: Final = sorted(
    (w for w in {*_VALENCE, *_TURNING, *_BOOSTING} if _is_han(w)), key=lambda w: (-len(w), w)
)
_TOKENS: Final = re.compile("|".join([*map(re.escape, _HAN_WORDS), r"[^\W\d_]+(?:'[^\W\d_]+)?"]))


class LexiconScorer:
    """Counts good and bad words."""

    model_id = "lexicon-2"
    encoder_id = ""
    cut_off_day = None
    confusion = None

    def score(self, texts: Sequence[str]) -> Scored:
        """Score texts; a text without a known word is neutral, and so is an aspect."""
        chances = np.empty((len(texts), 3), dtype=np.float32)
        aspects = np.zeros((len(texts), len(ASPECTS), 3), dtype=np.float32)
        for row, text in enumerate(texts):
            parts = _clauses(text)
            chances[row] = _chances(parts)
            for aspect in aspects_of(text):
                about = [clause for clause in parts if aspect in aspects_of(clause)]
                judged = any(_weights(_TOKENS.findall(clause)) for clause in about)
                aspects[row, ASPECTS.index(aspect)] = _chances(about) if judged else chances[row]
        return Scored(chances, aspects=aspects)


def _clauses(text: str) -> list[str]:
    return clauses(unicodedata.normalize("NFKC", text).lower().replace("’", "'"))


def _chances(parts: Sequence[str]) -> tuple[float, float, float]:
    """Turn counts of good and bad words into chances; more words, less doubt."""
    good = bad = 0.0
    for clause in parts:
        for weight in _weights(_TOKENS.findall(clause)):
            good += max(weight, 0.0)
            bad += max(-weight, 0.0)
    total = good + bad + 1.0  # the 1 is one imagined neutral word
    return bad / total, 1.0 / total, good / total


def _weights(tokens: Sequence[str]) -> list[float]:
    """Weigh the known words of one clause, turned round or strengthened by the words before."""
    weights = []
    for place, token in enumerate(tokens):
        valence = _VALENCE.get(token, 0.0)
        if valence == 0.0:
            continue
        before = tokens[max(0, place - _REACH) : place]
        turned = sum(word in _TURNING for word in before) % 2 == 1
        strength = 1.5 if any(word in _BOOSTING for word in before) else 1.0
        weights.append(-valence * strength if turned else valence * strength)
    return weights
