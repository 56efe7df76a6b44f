package io.atelier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HtmlTest {
  @Test
  void escapesTextAndKeepsPieces() {
    Html piece = Html.of("<b>{}</b>", "<i>&\"'");

    assertThat(Html.of("<p>{}{}</p>", piece, 7).text())
        .isEqualTo("<p><b>&lt;i&gt;&amp;&quot;&#39;</b>7</p>");
  }

  @Test
  void doesNotFillHolesThatAPartBringsAlong() {
    assertThat(Html.of("{} {}", "{}", "x").text()).isEqualTo("{} x");
  }

  @Test
  void replacesWhatAPageMayNotContain() {
    assertThat(Html.escape("a\u0000b\u0085c\ud800d\ne😀")).isEqualTo("a\ufffdb\ufffdc\ufffdd\ne😀");
  }

  @Test
  void refusesATemplateWithAnotherNumberOfHoles() {
    assertThatThrownBy(() -> Html.of("{}")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Html.of("", 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
