# The statistics alone, of scores from anywhere: one CSV file with the columns method, patient, case, score.
import yaml

from oneclick.settings.study import check_keys, logs_folder
from oneclick.common.errors import UserError

try:
    schema = yaml.safe_load((ROOT / "workflow/schemas/statistics.schema.yaml").read_text())
    config = check_keys(config, schema)
    if not Path(config["statistics"]["scores"]).is_file():
        raise UserError(f"statistics.scores: there is no file {config['statistics']['scores']}; mend the path")
except UserError as error:
    cannot_start("These statistics", error)

RESULTS = config["results"].rstrip("/")
LOGS = logs_folder(config["results"])
NOTICES, CLASSICAL, PATIENTS = {}, [], []
OUTCOME = {key: config["statistics"][key] for key in ("measure", "cases")}
# The paper's claims are of its own methods.
CLAIMS_CSV = []


pathvars:
    results=RESULTS,
    logs=LOGS,


rule statistics:
    input:
        "<results>/tables/by_patient.html",
        "<results>/tables/statistics.md",
        "<results>/figures/medians.png",
        "<results>/figures/differences.png",


rule any_scores:
    input:
        own_csv=config["statistics"]["scores"],
    output:
        scores_csv="<results>/scores.csv",
    log:
        "<logs>/any_scores/any_scores.log",
    benchmark:
        "<logs>/any_scores/any_scores.tsv"
    conda:
        "../../envs/light.yaml"
    resources:
        mem_mb=memory(200, 20),
        runtime=minutes(5),
    params:
        outcome=OUTCOME,
        code=script_digest("any_scores"),
    script:
        "../scripts/any_scores.py"
