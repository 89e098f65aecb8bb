# One image for every Perkflow process: `migrate` once, then as many `worker`s as are wanted.
FROM python:3.11-slim-bookworm

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY settings.py worker.py ./
COPY activities activities
COPY adapters adapters
COPY domain domain
COPY simulator simulator
COPY starter starter
COPY storage storage
COPY workflows workflows

RUN useradd --system --create-home --uid 10001 perkflow
USER perkflow
ENTRYPOINT ["python", "-m", "starter.cli"]
