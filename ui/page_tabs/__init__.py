"""The tabs of the page: Gradio widgets over the functions of ``ui.views``."""
