# What pages on which people click are made of: their JavaScript, the packages that it needs, and networks of MODELS.
from glob import glob

PAGE = os.path.relpath(ROOT / "workflow/click_page")
PAGE_CODE = sorted(glob(f"{PAGE}/core/*.js") + glob(f"{PAGE}/view/*.js")) + [f"{PAGE}/package-lock.json"]


def installed(pattern, command="click-page"):
    """Input function: a file of the page's packages of JavaScript, which a command of make installs. It is called when a page
    is asked for; without them the run ends here, before any job."""

    def found(wildcards):
        paths = sorted(glob(f"{PAGE}/node_modules/{pattern}"))
        if not paths:
            what = command.replace("-", " ")
            missing = f"The {what} needs packages of JavaScript that are not installed here"
            sys.exit(f"{missing}; run make {command} STUDY=my-study.yaml once, which installs them")
        return paths[0]

    return found


def networks_of_page(wildcards):
    """Input function: all folds of one network after those of another."""
    if not NETWORKS_OF_PAGE:
        wrong = "no method of this study has a network, and a page runs nothing else; add one to methods"
        cannot_start("The click page", UserError(wrong))
    return expand(f"{MODELS}/models/{{network}}/fold-{{fold}}.onnx", network=NETWORKS_OF_PAGE, fold=FOLDS)
