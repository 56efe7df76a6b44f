package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.job.Diff;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiffTextTest {
  private static final Diff DIFF =
      new Diff(
          new Diff.Moment(3, "portrait-0a"),
          new Diff.Moment(7, "portrait-1b"),
          40,
          1,
          2,
          List.of(new Diff.RuleCount(true, "NEW", 1), new Diff.RuleCount(false, "BLURRY", 2)),
          List.of(
              new Diff.Change(true, "i1", "ana", "ana/1.jpg", List.of("NEW"), List.of()),
              new Diff.Change(
                  false,
                  "i2",
                  "ben",
                  "ben/\"2\", cut.jpg",
                  List.of("BLURRY", "DARK"),
                  List.of("It is out of focus.", "It is dark."))));

  @Test
  void isReadByPeople() {
    assertThat(DiffText.TEXT.of(DIFF))
        .isEqualTo(
            """
            from verdicts version 3 by the rules portrait-0a
            to   verdicts version 7 by the rules portrait-1b
            40 images kept, 1 gained, 2 lost
              + NEW                    1
              - BLURRY                 2
            + ana  ana/1.jpg  NEW
            - ben  ben/"2", cut.jpg  It is out of focus. It is dark.
            and 1 more; --limit lists them
            """);
  }

  @Test
  void isReadBySpreadsheets() {
    assertThat(DiffText.CSV.of(DIFF))
        .isEqualTo(
            "change,input_id,subject,source,rules,sentences\r\n"
                + "gained,i1,ana,ana/1.jpg,NEW,\r\n"
                + "lost,i2,ben,\"ben/\"\"2\"\", cut.jpg\",BLURRY DARK,It is out of focus. It is"
                + " dark.\r\n");
  }

  @Test
  void isReadByPrograms() throws IOException {
    JsonNode json = new ObjectMapper().readTree(DiffText.JSON.of(DIFF));
    assertThat(json.path("lost").asLong()).isEqualTo(2);
    assertThat(json.path("to").path("version").asLong()).isEqualTo(7);
    assertThat(json.path("changes").get(1).path("rules").get(0).asText()).isEqualTo("BLURRY");
  }
}
