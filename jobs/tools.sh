# Sourced by the scripts below this folder, with the root of the project as working directory.

# Makes sure that $python names a Python with what jobs/requirements.txt lists: the one that PYTHON
# names, or that of the virtual environment .venv, which this creates (several GB) if need be.
need_python() {
  python="${PYTHON:-.venv/bin/python}"
  if [ "$python" = .venv/bin/python ] && [ ! -x "$python" ]; then
    python3 -m venv .venv
    .venv/bin/pip install --quiet --requirement jobs/requirements.txt
  fi
}

# Compiles all, tests included, and runs one of the tests' main classes with the tests' JVM options, but
# with Spark's code generation, which small tests are faster without:
# run_java CLASS ARGUMENT...
run_java() {
  mvn --batch-mode --quiet ${MAVEN_ARGS:-} test-compile
  mvn --batch-mode --quiet ${MAVEN_ARGS:-} dependency:build-classpath \
    -Dmdep.includeScope=test -Dmdep.outputFile=target/bench.classpath
  # shellcheck disable=SC2046 # many options in one line
  java $(sed -n 's:.*<test.jvm>\(.*\)</test.jvm>.*:\1:p' pom.xml) \
    -Dspark.sql.codegen.wholeStage=true -Dspark.sql.codegen.factoryMode=FALLBACK \
    -cp "target/test-classes:target/classes:$(cat target/bench.classpath)" "$@"
}
