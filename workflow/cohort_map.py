"""Run the points of a map of phantom cohorts and draw it: python workflow/cohort_map.py studies/map.yaml 8

What `make cohort-map` does. Each point is a study: this writes its settings to results-map/points/contact-1/study.yaml, and
runs it as `snakemake results-map/points/contact-1/results/scores.csv --cores 8 --configfile ...` does, one after the other.
Then it makes the target cohort_map of the study itself. Started again, it goes on where it was.
"""

import sys
from pathlib import Path

import yaml
from study import settings_of, snakemake

WORKFLOW = Path(__file__).parent
sys.path.append(str(WORKFLOW / "scripts"))

from oneclick.common.errors import UserError  # noqa: E402
from oneclick.settings.cohort_map import points_and_uses  # noqa: E402
from oneclick.settings.files import with_files  # noqa: E402
from oneclick.settings.study import check_config  # noqa: E402


def main(study: str, cores: str) -> int:
    schema = yaml.safe_load((WORKFLOW / "schemas/config.schema.yaml").read_text(encoding="utf-8"))
    given = settings_of(study)
    try:
        settings = check_config(given, schema)
        points = points_and_uses(settings, schema)[0][1:]  # without the study itself
    except UserError as error:
        sys.exit(f"This study cannot start:\n{with_files(error, dict.fromkeys(given, study))}")
    for number, point in enumerate(points, start=1):
        print(f"\nPoint {number} of {len(points)}: {point.name}", flush=True)
        point.write()
        if status := snakemake(str(point.study_yaml), point.scores_csv, "--cores", cores):
            print(f"\n{point.name} stopped; the same command goes on from here", file=sys.stderr)
            return status
    print("\nThe study itself, and the map", flush=True)
    if status := snakemake(study, "cohort_map", "--cores", cores):
        return status
    print(f"\nThe map is {settings['results'].rstrip('/')}/tables/cohort_map.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
