# syntax=docker/dockerfile:1
# One image for every part: `allin api`, `allin worker`, `allin watch`, `allin db upgrade`, `allin sandbox`.

FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY pyproject.toml requirements.lock ./
# What runs, in the versions and with the hashes of the lock: the tools of the developers stay outside.
RUN python -m venv /tools \
 && /tools/bin/pip install --quiet "uv==$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)" \
      "setuptools==$(sed -n 's/^setuptools==\([0-9.]*\).*/\1/p' requirements.lock)" \
 && /tools/bin/uv pip compile pyproject.toml --universal --generate-hashes --constraints requirements.lock \
      --quiet --output-file runtime.lock \
 && python -m venv --without-pip /venv \
 && /tools/bin/uv pip install --quiet --python /venv/bin/python --require-hashes -r runtime.lock
COPY activities activities
COPY allin allin
COPY api api
COPY documents documents
COPY domain domain
COPY engine engine
COPY examples examples
COPY partners partners
COPY sandbox sandbox
COPY storage storage
COPY workers workers
COPY workflows workflows
COPY README.md LICENSE ./
RUN /tools/bin/uv build --quiet --wheel --no-build-isolation --python /tools/bin/python --out-dir /wheel . \
 && /tools/bin/uv pip install --quiet --python /venv/bin/python --no-deps /wheel/*.whl \
 && /venv/bin/python -m compileall -q /venv/lib

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ALLIN_DATA=/data ALLIN_LOG_JSON=true
RUN groupadd --gid 10001 allin && useradd --uid 10001 --gid allin --no-create-home --shell /usr/sbin/nologin allin \
 && install --directory --owner allin --group allin --mode 0750 /data
COPY --from=build /venv /venv
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 CMD ["python", "-m", "allin.alive"]
ENTRYPOINT ["allin"]
CMD ["--help"]
