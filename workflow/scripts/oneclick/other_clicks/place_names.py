"""The names of places where a click may miss."""

from oneclick.phantom.organ_names import ORGANS

MISSES = ("hot spot", *ORGANS, "background", "other side", "air", "nowhere")
"""Where gross misses land; see :func:`miss_places`. Organs are known of phantoms only."""
OWN = "own place"
"""The place that the study clicked, for comparison."""
