#!/usr/bin/env bash
# Submits one command to a cluster of GPUs. Arguments pass through unchanged; Airflow and cron call
# this file, so that a run by hand is the same run.
#
#   ATELIER_MASTER=spark://master:7077 jobs/submit-on-cluster.sh train --lake s3a://studio/lake
#
# SPARK_HOME names the cluster's Spark. In client mode the exit code of this process is that of the
# command: 5 is worth a retry, 2 needs a person.
set -euo pipefail

home="$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
: "${SPARK_HOME:?name the Spark installation, for example /opt/spark}"
: "${ATELIER_MASTER:?name the cluster, for example spark://master:7077, yarn or k8s://https://host}"

exec "$home/atelier" \
  --master "$ATELIER_MASTER" \
  --deploy-mode client \
  --properties-file "${ATELIER_PROPERTIES:-$home/conf/spark-defaults-gpu.conf}" \
  "$@"
