# The workflow with the versions of the lock, for machines with Docker or Apptainer: docs/how-to/other-machines.md says how.
FROM python:3.11.14-slim-bookworm

WORKDIR /opt/oneclick-pet
COPY envs envs
RUN pip install --no-cache-dir --require-hashes --requirement envs/requirements.txt
COPY Snakefile config.yaml ./
COPY profiles/default profiles/default
COPY workflow workflow
COPY studies studies

# Whoever runs it: caches of Snakemake, Keras and matplotlib need a home that any user may write to, and jobs a user's name.
ENV HOME=/tmp USER=oneclick
USER 1000:1000
WORKDIR /study
ENTRYPOINT ["snakemake", "--snakefile", "/opt/oneclick-pet/Snakefile"]
CMD ["--help"]
