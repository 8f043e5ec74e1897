"""Make .venv and install exactly the locked versions: python3 envs/install.py LOCK STAMP [STAMP ...]

The stamps are touched when all is installed. uv does the work in seconds; where it is absent, pip fetches it first.
"""

import shutil
import subprocess
import sys
from pathlib import Path

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        f"Python {sys.version.split()[0]} cannot run TensorFlow and Snakemake together: use Python 3.11, 3.12 or 3.13, "
        "e.g. make run PYTHON=python3.12"
    )
lock, *stamps = sys.argv[1:]
venv = Path(".venv")
python = venv / "bin" / "python"
if not python.exists():
    print("Making .venv", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
uv = shutil.which("uv") or str(venv / "bin" / "uv")
if not Path(uv).exists():
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "uv"], check=True)
print(f"Installing the versions of {lock}", flush=True)
subprocess.run(
    [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", str(python), lock], check=True
)
for stamp in stamps:
    Path(stamp).touch()
