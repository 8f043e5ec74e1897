# The click page alone, with networks that are there already: those of a finished study, or such as were shared.
import yaml

from oneclick.segment.trained_study import trained_study
from oneclick.settings.study import check_keys, check_shared, encoding_of, logs_folder, used_networks
from oneclick.common.errors import UserError

try:
    schema = yaml.safe_load((ROOT / "workflow/schemas/click_page.schema.yaml").read_text())
    config = check_keys(config, schema)
    MODELS = config["click_page"]["models"].rstrip("/")
    of_studies = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    STUDY = trained_study(MODELS, lambda study: check_shared(study, of_studies), "click_page.models")
    if Path(config["results"]).resolve() == Path(MODELS).resolve():
        raise UserError(f"results: {config['results']} is the folder of the networks; name another")
except UserError as error:
    cannot_start("The click page", error)

RESULTS = config["results"].rstrip("/")
LOGS = logs_folder(config["results"])
PATIENTS, FOLDS = [], range(1, STUDY["folds"] + 1)
NETWORKS_OF_PAGE = {name: STUDY["networks"][name] for name in used_networks(STUDY)}


pathvars:
    results=RESULTS,
    logs=LOGS,
