"""What a method was made for, in words of pages and figures."""

from html import escape

from oneclick.report.marks import OF_KINDS, marked


def in_words(network_clicks: str, keep: str, between: str = ", ") -> str:
    """What a method was made for, in words: which clicks its network saw in training, which choose components, or which it
    grows from without a network."""
    if network_clicks == "classical":
        return f"grows from {marked(keep, OF_KINDS)}"
    words = {"trained on": network_clicks, "keeps": keep}
    return between.join(f"{word} {marked(kind, OF_KINDS)}" for word, kind in words.items() if kind != "none")


def name_in_words(method: str, network_clicks: str, keep: str) -> str:
    """A method's name and what it was made for, as HTML."""
    return f"{escape(method)} <small>({in_words(network_clicks, keep)})</small>"
