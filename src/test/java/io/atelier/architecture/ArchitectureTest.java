package io.atelier.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.atelier.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** There is one Maven module, so these rules are the walls. */
class ArchitectureTest {
  private static final String[] TENSORS = {"org.bytedeco..", "com.fasterxml.jackson.."};

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.atelier");

  /**
   * What a package may use besides the JDK, the log, {@code error} and itself.
   *
   * @param why a reader's reason to keep it so
   */
  private record Wall(String name, String why, String... mayUse) {
    ArchRule rule() {
      List<String> allowed =
          new ArrayList<>(
              List.of("java..", "javax..", "org.slf4j..", "io.atelier.error..", inside()));
      allowed.addAll(List.of(mayUse));
      return classes()
          .that()
          .resideInAPackage(inside())
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)).or(ARRAYS))
          .because(why);
    }

    private String inside() {
      return "io.atelier." + name + "..";
    }
  }

  private static final DescribedPredicate<JavaClass> ARRAYS =
      DescribedPredicate.describe("arrays and primitives", c -> c.getPackageName().isEmpty());

  private static final List<Wall> WALLS =
      List.of(
          new Wall("error", "everything uses it, so it uses nothing"),
          new Wall("provenance", "an id must not depend on the engine", "com.fasterxml.jackson.."),
          new Wall("config", "settings are values", "com.fasterxml.jackson.."),
          new Wall(
              "nn",
              "layers run from a plain main and are tested without Spark",
              with(TENSORS, "com.sun.management..")),
          new Wall(
              "flux",
              "the model runs from a plain main and is tested without Spark",
              with(TENSORS, "io.atelier.nn..", "ai.djl..")),
          new Wall(
              "lora",
              "training runs from a plain main and is tested without Spark",
              with(TENSORS, "io.atelier.nn..", "io.atelier.flux..")),
          new Wall("image", "pixels need no engine", with(TENSORS, "com.drew..")),
          new Wall("http", "two services' clients use it, so it knows neither"),
          new Wall("onnx", "a graph runs from a plain main", "ai.djl.."),
          new Wall(
              "vision",
              "a network looks at pictures from a plain main",
              "io.atelier.image..",
              "io.atelier.onnx..",
              "com.fasterxml.jackson.."),
          new Wall(
              "caption",
              "captions are made from a plain main and are tested without Spark",
              "io.atelier.http..",
              "io.atelier.image..",
              "io.atelier.onnx..",
              "io.atelier.provenance..",
              "io.atelier.vision..",
              "ai.djl..",
              "com.fasterxml.jackson.."),
          new Wall(
              "style",
              "planning is arithmetic over text",
              "io.atelier.provenance..",
              "com.fasterxml.jackson.."),
          new Wall("report", "pages are made from values", "io.atelier.image.."),
          new Wall("sample", "the demo's photos are painted without the engine"),
          new Wall(
              "pretrain",
              "a checkpoint is trained from nothing by a plain main",
              with(
                  TENSORS,
                  "io.atelier.evaluate..",
                  "io.atelier.flux..",
                  "io.atelier.lora..",
                  "io.atelier.nn..",
                  "io.atelier.onnx..",
                  "io.atelier.sample..",
                  "com.fasterxml.jackson..")),
          new Wall(
              "evaluate",
              "a checkpoint is judged by a plain main",
              with(
                  TENSORS,
                  "io.atelier.caption..",
                  "io.atelier.flux..",
                  "io.atelier.image..",
                  "io.atelier.lora..",
                  "io.atelier.nn..",
                  "io.atelier.onnx..",
                  "io.atelier.sample..",
                  "io.atelier.vision..")),
          new Wall(
              "source",
              "how collections keep images is tested without Spark",
              "io.atelier.http..",
              "com.fasterxml.jackson..",
              "org.apache.commons.compress.."),
          new Wall("store", "a file is a file to every package", "org.apache.hadoop.."),
          new Wall(
              "spark", "the engine knows no table and no model", "org.apache.spark..", "scala.."),
          new Wall(
              "table",
              "a table knows its rows and nothing of how they are made",
              "org.apache.spark..",
              "io.delta..",
              "scala.."),
          new Wall(
              "worker",
              "code on an executor sees no table, no setting and no command line",
              with(
                  TENSORS,
                  "io.atelier.caption..",
                  "io.atelier.flux..",
                  "io.atelier.image..",
                  "io.atelier.lora..",
                  "io.atelier.nn..",
                  "io.atelier.onnx..",
                  "io.atelier.provenance..",
                  "io.atelier.source..",
                  "io.atelier.spark..",
                  "io.atelier.store..",
                  "io.atelier.style..",
                  "io.atelier.vision..",
                  "org.apache.spark..",
                  "scala..")));

  @TestFactory
  Stream<DynamicTest> everyPackageUsesOnlyWhatItMay() {
    return WALLS.stream()
        .map(wall -> DynamicTest.dynamicTest(wall.name(), () -> wall.rule().check(CLASSES)));
  }

  @Test
  void noJobKnowsTheCommandLine() {
    noClasses()
        .that(resideInAPackage("io.atelier.job.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.atelier.cli..", "picocli..", "io.delta..", "org.bytedeco.."))
        .because("a job is called from tests, notebooks and schedulers too")
        .check(CLASSES);
  }

  @Test
  void theCommandLineLeavesTheWorkToTheJobs() {
    noClasses()
        .that(resideInAPackage("io.atelier.cli.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.atelier.worker..", "io.delta..", "org.apache.hadoop..", "org.bytedeco.."))
        .because("a command reads options and prints a result")
        .check(CLASSES);
  }

  @Test
  void onlyTablesKnowDelta() {
    noClasses()
        .that(not(resideInAPackage("io.atelier.table..")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.delta..", "org.apache.spark.sql.delta.."))
        .because("the table format is replaceable only if it is in one place")
        .check(CLASSES);
  }

  @Test
  void onlySparkAndWorkersKnowTasksAndResources() {
    noClasses()
        .that(not(resideInAnyPackage("io.atelier.spark..", "io.atelier.worker..")))
        .should()
        .dependOnClassesThat()
        .haveNameMatching("org\\.apache\\.spark\\.(TaskContext|resource\\..*)")
        .because("who gets which GPU is decided in one place")
        .check(CLASSES);
  }

  @Test
  void onlyMainEndsTheProcess() {
    for (Class<?> type : List.of(System.class, Runtime.class)) {
      noClasses()
          .that(not(DescribedPredicate.describe("Main", c -> c.isEquivalentTo(Main.class))))
          .should()
          .callMethod(type, "exit", int.class)
          .orShould()
          .callMethod(type, "halt", int.class)
          .because("an executor or a notebook must survive what we call")
          .check(CLASSES);
    }
  }

  @Test
  void onlyTheCommandLineTalksToTheConsole() {
    noClasses()
        .that(not(resideInAPackage("io.atelier.cli..")))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .because("results and progress go where the caller wants them")
        .check(CLASSES);
  }

  @Test
  void packagesDoNotDependOnEachOtherInCircles() {
    slices().matching("io.atelier.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageHasItsWall() {
    Set<String> walled = new TreeSet<>(Set.of("cli", "job"));
    WALLS.forEach(wall -> walled.add(wall.name()));
    Set<String> packages = new TreeSet<>();
    CLASSES.forEach(c -> packages.add(c.getPackageName().split("\\.")[2]));
    assertThat(walled).containsAll(packages);
  }

  @Test
  void noSourceFileIsLongerThan500Lines() throws IOException {
    for (String root : List.of("src/main/java", "src/test/java")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(500);
        }
      }
    }
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }
}
