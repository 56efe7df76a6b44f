package io.atelier.job;

import static io.atelier.testing.VisionServer.says;
import static io.atelier.testing.VisionServer.status;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.provenance.Ids;
import io.atelier.table.CaptionRow;
import io.atelier.table.DescriptionRow;
import io.atelier.table.LakeTables;
import io.atelier.table.RunRow;
import io.atelier.table.VerdictRow;
import io.atelier.testing.SmallRun;
import io.atelier.testing.VisionServer;
import io.atelier.testing.WordModel;
import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What a run asks a captioner, and what it keeps of it; each test goes on from the last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CaptionJobIT {
  private static final String ANA = Ids.subject("ana");
  private static final VisionServer SERVER =
      new VisionServer(says("The person smiles in a red coat, outside in soft light."));

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;
  private static int photos;
  private static int asked;

  @BeforeAll
  static void preparesTwoPeople() {
    small = new SmallRun(folder).person("ana", 0, 9).person("ben", 1, 4);
    JobContext context = small.context();
    tables = context.tables();
    IntakeJob.run(context, small.photosUri());
    CurateJob.run(context);
    photos =
        (int)
            tables.verdicts().rows().stream()
                .map(VerdictRow::decision)
                .filter("ACCEPT"::equals)
                .count();
    assertThat(photos).isGreaterThan(9);
  }

  @AfterAll
  static void stops() {
    SERVER.close();
  }

  @Test
  @Order(1)
  void whatWasAnsweredBeforeTheEndpointBrokeDownIsNotAskedForAgain() {
    SERVER.script(
        SERVER_ANSWER, SERVER_ANSWER, SERVER_ANSWER, status(401, "Authorization: " + key()));
    assertThatThrownBy(() -> caption("caption.endpoint_concurrency=1"))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("status 401: Authorization: ***");
    assertThat(done()).isGreaterThanOrEqualTo(3);
    long paid = done();
    assertThat(lastRun().status()).isEqualTo("FAILED");
    newCalls();

    StageResult result = caption();

    assertThat(newCalls()).isEqualTo(photos - paid);
    assertThat(result.counts()).containsEntry("total", (long) photos).containsEntry("failed", 0L);
    assertThat(result.counts())
        .containsEntry("answers", photos - paid)
        .containsEntry("prompt_tokens", 400 * (photos - paid))
        .containsEntry("completion_tokens", 30 * (photos - paid))
        .containsEntry("cost_millionths", 460 * (photos - paid));
    assertThat(small.said()).contains(" a second, ").contains("cost 0.00");
    assertThat(tables.descriptions().rows()).hasSize(photos).allSatisfy(CaptionJobIT::isPaidFor);
    assertThat(tables.captions().rows()).hasSize(photos).allSatisfy(CaptionJobIT::hasTheTokenOnce);
  }

  private static final VisionServer.Behaviour SERVER_ANSWER = says("The person waves, indoors.");

  private static void isPaidFor(DescriptionRow row) {
    assertThat(row.status()).isEqualTo("DONE");
    assertThat(row.reason()).isNull();
    assertThat(row.model()).isEqualTo("small-2026");
    assertThat(row.promptTokens()).isEqualTo(400);
    assertThat(row.completionTokens()).isEqualTo(30);
    assertThat(row.cost()).isEqualTo((400 + 30 * 2) / 1e6);
    assertThat(row.requests()).isEqualTo(1);
    assertThat(row.seconds()).isPositive();
  }

  private static void hasTheTokenOnce(CaptionRow row) {
    String token = "\\b" + row.triggerToken() + "\\b";
    assertThat(Pattern.compile(token).matcher(row.text()).results().count()).isEqualTo(1);
  }

  @Test
  @Order(2)
  void asksNothingAgainForTheSamePromptNorForAnotherTokenOrPrice() {
    assertThat(caption().outputs()).containsEntry("captions", 0L);
    small.subjectsFile("subjects: {ana: {trigger_token: quizomat}}\n");
    IntakeJob.run(small.context(), small.photosUri());
    StageResult renamed = caption("caption.endpoint_prompt_price=9", "caption.endpoint_attempts=3");
    assertThat(newCalls()).isZero();
    assertThat(renamed.counts()).doesNotContainKey("answers");
    List<CaptionRow> written = of(lastRun());
    assertThat(written).isNotEmpty().extracting(CaptionRow::subjectId).containsOnly(ANA);
    assertThat(written)
        .extracting(CaptionRow::text)
        .allMatch(text -> text.startsWith("quizomat person "));
  }

  @Test
  @Order(3)
  void asksForAllPhotosAgainWithAnotherPromptOrParameter() {
    caption("caption.prompt=Describe the light around the {class}.");
    assertThat(newCalls()).isEqualTo(photos);
    assertThat(SERVER.requests().get(asked - 1).prompt())
        .isEqualTo("Describe the light around the person.");
    caption("caption.max_tokens=32");
    assertThat(newCalls()).isEqualTo(photos);
    caption("caption.max_tokens=32");
    assertThat(newCalls()).isZero();
  }

  @Test
  @Order(4)
  void aPhotoWithoutACaptionIsARowWithAReasonAndTheOthersGoOn() {
    String[] settings = {"caption.prompt=What is there?", "caption.endpoint_attempts=2"};
    SERVER.script(
        says("I'm sorry, I cannot describe people."), status(400, "cannot read " + key()));

    StageResult first = caption(settings);

    assertThat(newCalls()).isEqualTo(photos);
    assertThat(first.outputs()).containsEntry("captions", photos - 2L);
    assertThat(first.counts()).containsEntry("failed", 2L).containsEntry("total", (long) photos);
    assertThat(rows("What is there?", "UNUSABLE"))
        .extracting(DescriptionRow::reason)
        .satisfiesExactlyInAnyOrder(
            reason -> assertThat(reason).isEqualTo("REFUSAL"),
            reason -> assertThat(reason).startsWith("PHOTO_REFUSED: ").contains("cannot read ***"));
    assertThat(small.said()).contains("REFUSAL").contains("cannot read ***");
    assertThat(lastRun().status()).isEqualTo("PARTIAL");

    assertThat(caption(settings).outputs()).containsEntry("captions", 0L);
    assertThat(newCalls()).as("a refusal stands").isZero();
  }

  @Test
  @Order(5)
  void aPhotoThatGotNoAnswerIsAskedForAgain() {
    String[] settings = {"caption.prompt=Who waits?", "caption.endpoint_attempts=1"};
    SERVER.script(status(503, "later"));

    assertThat(caption(settings).counts()).containsEntry("failed", 1L);
    assertThat(rows("Who waits?", "FAILED"))
        .singleElement()
        .satisfies(row -> assertThat(row.reason()).startsWith("NO_CAPTION: ").contains("later"));
    newCalls();

    assertThat(caption(settings).outputs()).containsEntry("captions", 1L);
    assertThat(newCalls()).isEqualTo(1);
    assertThat(rows("Who waits?", "FAILED")).isEmpty();
  }

  @Test
  @Order(6)
  void photosThatAreRefusedForEverDoNotStopTheOthers() {
    String[] settings = {"caption.prompt=Who is refused?"};
    SERVER.usually(status(422, "no such model"));
    assertThatThrownBy(() -> caption(more(settings, "caption.endpoint_model=never asked")))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_ENDPOINT))
        .hasMessageContaining("refuses every photo")
        .hasMessageContaining("no such model");
    assertThat(rows("Who is refused?", "FAILED")).hasSizeGreaterThan(9);
    assertThat(rows("Who is refused?", "UNUSABLE")).isEmpty();
    newCalls();

    SERVER.script(status(422, "too small"), status(422, "too small"));
    SERVER.usually(SERVER_ANSWER);
    assertThat(caption(settings).outputs()).containsEntry("captions", photos - 2L);
    assertThat(newCalls()).isEqualTo(photos);
    assertThat(rows("Who is refused?", "UNUSABLE")).hasSize(2);
    caption(settings);
    assertThat(newCalls()).as("they are not sent again").isZero();
  }

  @Test
  @Order(7)
  void whatAnEndpointRefusesThatIsIllIsAskedForAgainAndEndsNothing() {
    String[] settings = {"caption.prompt=Who comes late?"};
    SERVER.usually(status(400, "no credit"));
    assertThat(caption(settings).counts())
        .as("it has answered before")
        .containsEntry("failed", (long) photos);
    assertThat(rows("Who comes late?", "FAILED")).hasSize(photos);
    newCalls();

    SERVER.usually(SERVER_ANSWER);
    assertThat(caption(settings).outputs()).containsEntry("captions", (long) photos);
    assertThat(newCalls()).isEqualTo(photos);
  }

  @Test
  @Order(8)
  void aModelOfOurOwnFillsTheSameTables() {
    Path model = WordModel.write(folder.resolve("model"));
    String[] settings = {
      "caption.captioner=onnx", "caption.onnx_folder=" + model, "caption.max_tokens=12"
    };

    StageResult first = CaptionJob.run(small.context(settings));

    assertThat(first.outputs()).containsEntry("captions", (long) photos);
    assertThat(first.counts()).containsEntry("completion_tokens", 12L * photos);
    assertThat(of(lastRun()))
        .hasSize(photos)
        .allSatisfy(CaptionJobIT::hasTheTokenOnce)
        .extracting(CaptionRow::captioner)
        .containsOnly("onnx");
    assertThat(CaptionJob.run(small.context(settings)).counts()).doesNotContainKey("answers");
    assertThat(newCalls()).isZero();
    assertThatThrownBy(
            () ->
                CaptionJob.run(
                    small.context("caption.captioner=onnx", "caption.onnx_folder=" + folder)))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(folder.resolve("encoder_model.onnx").toString());
  }

  @Test
  @Order(9)
  void aTaggersAnswerIsKeptAndFitsWhateverTheSubjectIsCalled() {
    String[] settings = {
      "caption.captioner=tagger", "caption.tagger_folder=models/atelier-tiny-identity"
    };

    CaptionJob.run(small.context(settings));

    assertThat(of(lastRun()))
        .hasSize(photos)
        .allSatisfy(CaptionJobIT::hasTheTokenOnce)
        .allSatisfy(row -> assertThat(row.text()).contains("portrait of ", ", wearing "));
    call("terrier");
    assertThat(CaptionJob.run(small.context(settings)).counts()).doesNotContainKey("answers");
    assertThat(of(lastRun()))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.text()).contains(" terrier, ").doesNotContain("man"));
    call("woman");
  }

  private static void call(String noun) {
    DeltaTable.forPath(small.context().spark(), tables.subjects().path())
        .updateExpr("subject_id = '" + ANA + "'", Map.of("class_noun", "'" + noun + "'"));
  }

  @Test
  @Order(10)
  void ofWhoWithdrawsWhileTheEndpointIsAskedNoCaptionIsKept() {
    SERVER.script(
        (exchange, body) -> {
          DeltaTable.forPath(small.context().spark(), tables.subjects().path())
              .updateExpr(
                  "subject_id = '" + ANA + "'",
                  Map.of("allowed_packs", "CAST(array() AS array<string>)"));
          SERVER_ANSWER.serve(exchange, body);
        });

    caption("caption.prompt=Who comes in?");

    assertThat(newCalls()).isEqualTo(photos);
    assertThat(of(lastRun())).isNotEmpty().extracting(CaptionRow::subjectId).doesNotContain(ANA);
  }

  @Test
  @Order(11)
  void underOtherRulesEveryStageThatFindsNoPhotoSaysByWhichThereAreSome() {
    String other = "train.resolution=32";
    String hint = "no photo is accepted by the rules portrait-";
    assertThat(small.said()).doesNotContain(hint);
    for (int time = 1; time <= 2; time++) {
      CaptionJob.run(small.context(other));
      assertThat(small.said().split(hint)).as("caption says it every time").hasSize(1 + time);
    }
    TrainJob.run(small.context(other));
    assertThat(small.said().split(hint)).hasSize(4);
    assertThat(small.said())
        .contains("verdicts by " + tables.verdicts().rows().get(0).rulesVersion())
        .contains("the same --checkpoint");
  }

  @Test
  @Order(12)
  void whatIsCaptionedDependsOnVerdictsAsTheyAreAndNotAsTheyWere() {
    List<VerdictRow> accepted =
        tables.verdicts().rows().stream()
            .filter(row -> row.decision().equals("ACCEPT"))
            .filter(row -> !row.subjectId().equals(ANA))
            .toList();
    CaptionJob.run(small.context());
    String input = accepted.get(0).inputId();
    String other = accepted.get(1).inputId();
    DeltaTable.forPath(small.context().spark(), tables.captions().path())
        .delete(col("input_id").isin(input, other));
    judge(input, false);
    judge(input, true);
    judge(other, true);
    judge(other, false);

    CaptionJob.run(small.context());

    assertThat(of(lastRun())).extracting(CaptionRow::inputId).containsExactly(input);
    judge(other, true);
  }

  private static void judge(String input, boolean good) {
    String reason =
        "named_struct('code', 'X', 'value', 1D, 'threshold', 0D, 'sentence', 'Not good.')";
    DeltaTable.forPath(small.context().spark(), tables.verdicts().path())
        .updateExpr(
            "input_id = '" + input + "'",
            Map.of(
                "decision", good ? "'ACCEPT'" : "'REFUSE'",
                "reasons", good ? "slice(array(" + reason + "), 1, 0)" : "array(" + reason + ")"));
  }

  private static String[] more(String[] settings, String another) {
    return Stream.concat(Arrays.stream(settings), Stream.of(another)).toArray(String[]::new);
  }

  private static List<DescriptionRow> rows(String prompt, String status) {
    return tables.descriptions().rows().stream()
        .filter(row -> row.prompt().equals(prompt) && row.status().equals(status))
        .toList();
  }

  private static String key() {
    return System.getenv("HOME");
  }

  private static long done() {
    return tables.descriptions().read().where("status = 'DONE'").count();
  }

  private static int newCalls() {
    int before = asked;
    asked = SERVER.requests().size();
    return asked - before;
  }

  private static List<CaptionRow> of(RunRow run) {
    return tables.captions().rows().stream()
        .filter(row -> row.runId().equals(run.runId()))
        .toList();
  }

  private static RunRow lastRun() {
    return tables.runs().rows().stream().max(Comparator.comparing(RunRow::startedAt)).orElseThrow();
  }

  private static StageResult caption(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "caption.captioner=endpoint",
                "caption.endpoint_url=" + SERVER.url(),
                "caption.endpoint_model=small",
                "caption.endpoint_key_env=HOME",
                "caption.endpoint_first_wait=0.01",
                "caption.endpoint_prompt_price=1",
                "caption.endpoint_answer_price=2"));
    settings.addAll(List.of(more));
    return CaptionJob.run(small.context(settings.toArray(String[]::new)));
  }
}
