package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drives ./atelier in an installation of its own, with a java and a spark-submit that echo. */
class LauncherTest {
  private static final String ECHO = "#!/bin/sh\nprintf '%s\\n' \"SELF\" \"$@\"\n";
  private static final String FAKE_JAVA =
      "#!/bin/sh\n"
          + "if [ \"$1\" = -version ]; then echo 'openjdk version \"VERSION\" 2025-01-01' >&2;"
          + " exit; fi\n"
          + "printf '%s\\n' java \"$@\"\n";

  @TempDir Path folder;

  private Path home;
  private Path launcher;
  private final Map<String, String> environment = new HashMap<>();

  record Outcome(int code, List<String> lines) {
    List<String> after(String line) {
      return lines.subList(lines.indexOf(line) + 1, lines.size());
    }
  }

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectories(folder.resolve("my studio/atelier"));
    launcher = Files.copy(Path.of("atelier"), home.resolve("atelier"));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(home.resolve("target"));
    write(home.resolve("target/platform.classpath"), "/m2/a.jar:/m2/b.jar");
    write(home.resolve("target/atelier-1.0-all.jar"), "");
    java("17.0.1");
  }

  @Test
  void everyShellScriptParses() throws Exception {
    for (String script :
        List.of("atelier", ".ci/run", "conf/get-gpus.sh", "jobs/submit-on-cluster.sh")) {
      assertThat(Files.isExecutable(Path.of(script))).as(script).isTrue();
      assertThat(execute(Path.of("."), "bash", "-n", script).code()).as(script).isZero();
    }
  }

  @Test
  void runsHelpAndTheCommandsWithoutSparkAsPlainJava() throws Exception {
    for (String[] arguments :
        List.of(
            new String[] {"--help"},
            new String[] {"verify", "--cases", "a b"},
            new String[] {"image", "--prompt", "it's \"so\" $HOME", "--out", "x.png"},
            new String[] {"adapter", "inspect", "a b.safetensors"},
            new String[] {"pretrain", "--work", "w", "--out", "o"},
            new String[] {"evaluate", "--out", "o"},
            new String[] {"train", "--help"})) {
      Outcome outcome = launch(arguments);
      assertThat(outcome.code()).isZero();
      assertThat(outcome.lines().get(0)).isEqualTo("java");
      assertThat(outcome.lines())
          .contains(
              "-cp",
              home + "/target/atelier-1.0-all.jar:/m2/a.jar:/m2/b.jar",
              "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
              "-Dorg.bytedeco.javacpp.maxBytes=0",
              "-Dorg.bytedeco.openblas.load=mkl_rt",
              "-Dai.djl.offline=true",
              "-Dlog4j2.configurationFile=" + home + "/conf/log4j2.properties");
      assertThat(outcome.after("io.atelier.cli.Main")).containsExactly(arguments);
    }
  }

  @Test
  void withoutSparkHomeItSubmitsFromTheClassPathToThisMachine() throws Exception {
    Outcome outcome = launch("train", "--lake", "my lake", "--set", "train.rank=8");
    assertThat(outcome.lines())
        .startsWith("java")
        .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
        .doesNotContain("-Xmx2g");
    assertThat(outcome.after("org.apache.spark.deploy.SparkSubmit"))
        .containsSubsequence(
            "--properties-file", home + "/conf/spark-defaults.conf", "--master", "local[*]")
        .containsSubsequence("--class", "io.atelier.cli.Main", "spark-internal");
    assertThat(outcome.after("spark-internal"))
        .containsExactly("train", "--lake", "my lake", "--set", "train.rank=8");
  }

  @Test
  void sparksOptionsMayStandBeforeAndAfterTheCommand() throws Exception {
    sparkHome();
    Outcome outcome =
        launch(
            "--master",
            "local[2]",
            "train",
            "--lake",
            "L",
            "--conf",
            "spark.x=a b",
            "--driver-memory=2g",
            "--debug");
    assertThat(outcome.after("spark-submit"))
        .containsSubsequence(
            "--master", "local[2]", "--conf", "spark.x=a b", "--driver-memory", "2g", "--class");
    assertThat(outcome.after(home + "/target/atelier-1.0-all.jar"))
        .containsExactly("train", "--lake", "L", "--debug");
  }

  @Test
  void givesTheJvmTheDriverMemoryWhereNoScriptDoes() throws Exception {
    assertThat(launch("train", "--driver-memory", "2g").lines()).contains("-Xmx2g");
  }

  @Test
  void sendsTheJarToAMasterOfAnotherMachine() throws Exception {
    Outcome outcome = launch("train", "--master", "spark://host:7077");
    assertThat(outcome.after("org.apache.spark.deploy.SparkSubmit"))
        .containsSubsequence("--class", "io.atelier.cli.Main", home + "/target/atelier-1.0-all.jar")
        .doesNotContain("local[*]", "spark-internal");
  }

  @Test
  void leavesTheClustersOwnDefaultsAlone() throws Exception {
    sparkHome();
    assertThat(launch("train", "--master", "yarn").lines()).doesNotContain("--properties-file");
    assertThat(launch("train").lines()).contains(home + "/conf/spark-defaults.conf");
    assertThat(launch("train", "--properties-file", "mine.conf").lines())
        .contains("mine.conf")
        .doesNotContain(home + "/conf/spark-defaults.conf");
  }

  @Test
  void givesTheNativeOptionsToDriverAndExecutors() throws Exception {
    Path spark = sparkHome();
    write(
        spark.resolve("bin/spark-submit"),
        "#!/bin/sh\necho \"$SPARK_SUBMIT_OPTS\"\necho \"$OMP_NUM_THREADS\"\n"
            + "printf '%s\\n' \"$@\"\n");
    environment.put("SPARK_SUBMIT_OPTS", "-Dmine=1");
    List<String> lines = launch("train").lines();
    assertThat(lines.get(0))
        .contains(
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "\"-Dlog4j2.configurationFile=" + home + "/conf/log4j2.properties\"")
        .endsWith(" -Dmine=1");
    assertThat(lines.get(1)).isEqualTo("1");
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith("spark.executor.defaultJavaOptions=-Dorg.bytedeco")
                    && line.endsWith("-Dai.djl.offline=true"));
  }

  @Test
  void refusesAnOptionOfSparkWithoutItsValue() throws Exception {
    Outcome outcome = launch("train", "--master");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.lines()).containsExactly("atelier: --master needs a value");
  }

  @Test
  void handsOnSparksOptionsThatMeanNothingToACommandSoThatTheyAreRefused() throws Exception {
    assertThat(launch("verify", "--master", "yarn").after("io.atelier.cli.Main"))
        .containsExactly("verify", "--master", "yarn");
  }

  @Test
  void leavesEverythingAfterADoubleDashAlone() throws Exception {
    assertThat(launch("train", "--", "--master", "x").after("spark-internal"))
        .containsExactly("train", "--", "--master", "x");
  }

  @Test
  void worksThroughASymbolicLinkAndFromAnotherFolder() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), launcher);
    Outcome outcome = execute(folder, link.toString(), "inspect");
    assertThat(outcome.lines()).contains(home + "/target/atelier-1.0-all.jar:/m2/a.jar:/m2/b.jar");
  }

  @Test
  void takesTheNewestJar() throws Exception {
    Path newer = home.resolve("target/atelier-1.1-all.jar");
    write(newer, "");
    assertThat(newer.toFile().setLastModified(System.currentTimeMillis() + 10_000)).isTrue();
    assertThat(launch("inspect").lines()).contains(newer + ":/m2/a.jar:/m2/b.jar");
  }

  @Test
  void buildsOnceWhenASourceIsNewerThanTheJar() throws Exception {
    Path source = Files.createDirectories(home.resolve("src/main")).resolve("New.java");
    write(source, "");
    write(home.resolve("pom.xml"), "");
    assertThat(source.toFile().setLastModified(System.currentTimeMillis() + 10_000)).isTrue();
    Path tools = Files.createDirectories(folder.resolve("tools"));
    write(tools.resolve("mvn"), "#!/bin/sh\necho \"maven in $PWD: $*\"\n");
    environment.put("PATH", tools + ":" + System.getenv("PATH"));
    Outcome outcome = launch("inspect");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.lines().get(0)).startsWith("atelier: building (mvn");
    assertThat(outcome.lines().get(1))
        .startsWith("maven in " + home + ": ")
        .contains("-DskipTests", "package");
    assertThat(outcome.lines()).contains("java");
  }

  @Test
  void saysWhatToInstall() throws Exception {
    java("11.0.2");
    Outcome oldJava = launch("inspect");
    assertThat(oldJava.code()).isEqualTo(2);
    assertThat(oldJava.lines().get(0)).contains("Java 11 is too old; install JDK 17");

    environment.put("JAVA_HOME", folder + "/none");
    assertThat(launch("inspect").lines().get(0)).contains("openjdk-17-jdk-headless");

    java("21");
    Files.delete(home.resolve("target/atelier-1.0-all.jar"));
    environment.put("PATH", onlyBasicTools().toString());
    Outcome noMaven = launch("inspect");
    assertThat(noMaven.code()).isEqualTo(2);
    assertThat(noMaven.lines().get(0)).contains("no Maven", "apt-get install maven");
  }

  private Path onlyBasicTools() throws IOException {
    Path tools = Files.createDirectories(folder.resolve("basic"));
    for (String tool : List.of("bash", "dirname", "readlink", "sed", "head", "find", "sh")) {
      Path found =
          Stream.of("/bin/", "/usr/bin/")
              .map(bin -> Path.of(bin + tool))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow();
      write(tools.resolve(tool), "#!/bin/sh\nexec %s \"$@\"\n".formatted(found));
    }
    return tools;
  }

  private void java(String version) throws IOException {
    Path javaHome = folder.resolve("java");
    write(javaHome.resolve("bin/java"), FAKE_JAVA.replace("VERSION", version));
    environment.put("JAVA_HOME", javaHome.toString());
  }

  private Path sparkHome() throws IOException {
    Path spark = folder.resolve("spark home");
    write(spark.resolve("bin/spark-submit"), ECHO.replace("SELF", "spark-submit"));
    environment.put("SPARK_HOME", spark.toString());
    return spark;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Outcome launch(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    return execute(folder, command.toArray(String[]::new));
  }

  private Outcome execute(Path directory, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(directory.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().remove("OMP_NUM_THREADS");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output.lines().toList());
  }
}
