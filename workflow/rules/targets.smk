# What was asked for, looked at when all rules are known: for a mistyped target Snakemake says that there is no rule for it.
import snakemake.cli
from snakemake_interface_executor_plugins.settings import ExecMode

from oneclick.settings.command_line import unknown_target

if workflow.exec_mode == ExecMode.DEFAULT:
    for target in snakemake.cli.get_argument_parser().parse_known_args(sys.argv[1:])[0].targets:
        file = target if os.path.isabs(target) else os.path.relpath(target)
        known = [rule.name for rule in workflow.rules]
        if not (target in known or os.path.exists(file) or any(rule.is_producer(file) for rule in workflow.rules)):
            asked = [rule.name for rule in workflow.rules if not rule.output]
            files = [str(path) for rule in workflow.rules if not rule.has_wildcards() for path in rule.output]
            sys.exit(unknown_target(target, asked, files))
