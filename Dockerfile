# The first stage installs into /opt/entente, the last holds only that and Python. Between them:
#   docker build --target sbom --output . .    writes entente.cdx.json, what the image is made of
# Arguments: BASE, to pin the base by its digest (python:3.13-slim@sha256:...); REQUIREMENTS=traces,
# to send traces from the image; VERSION and REVISION, for its labels.
ARG BASE=python:3.13-slim
FROM ${BASE} AS build
ARG REQUIREMENTS=serve
WORKDIR /src
COPY requirements/build.txt requirements/${REQUIREMENTS}.txt requirements/
RUN python3 -m venv /opt/build \
    && /opt/build/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements/build.txt \
    && python3 -m venv --without-pip /opt/entente \
    && /opt/build/bin/pip --python /opt/entente/bin/python install --no-cache-dir \
        --disable-pip-version-check --require-hashes -r requirements/${REQUIREMENTS}.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
RUN /opt/build/bin/pip wheel --no-cache-dir --disable-pip-version-check --no-deps \
        --no-build-isolation --wheel-dir /dist . \
    && /opt/build/bin/pip --python /opt/entente/bin/python install --no-cache-dir \
        --disable-pip-version-check --no-deps /dist/entente-*.whl \
    && mkdir /data

FROM build AS listed
COPY requirements/sbom.txt requirements/
RUN /opt/build/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements/sbom.txt \
    && /opt/build/bin/cyclonedx-py environment --output-reproducible --output-format JSON \
        --output-file /entente.cdx.json /opt/entente/bin/python

FROM scratch AS sbom
COPY --from=listed /entente.cdx.json /

FROM ${BASE}
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="Entente" \
      org.opencontainers.image.description="Lists and scores cooperation proposals between political actors" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /opt/entente /opt/entente
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/opt/entente/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ENTENTE_HOST=0.0.0.0 \
    ENTENTE_PORT=8000 \
    ENTENTE_DATABASE_URL=sqlite:////data/entente.db
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/opt/entente/bin/entente", "health"]
ENTRYPOINT ["/opt/entente/bin/entente"]
CMD ["serve"]
