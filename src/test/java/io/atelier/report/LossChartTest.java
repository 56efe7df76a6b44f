package io.atelier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LossChartTest {
  @Test
  void labelsBothEndsAndTheAxes() throws Exception {
    String text = parse(List.of(1.0, 0.8, 0.6, 0.45)).getDocumentElement().getTextContent();

    assertThat(text)
        .contains("first 1", "last 0.45", "loss", "step", "0.5\n", "average over 1 step");
  }

  @Test
  void aHigherLossIsDrawnHigher() throws Exception {
    NodeList circles = parse(List.of(0.9, 0.2)).getElementsByTagName("circle");

    assertThat(number(circles, 0, "cy")).isLessThan(number(circles, 1, "cy"));
    assertThat(number(circles, 0, "cx")).isLessThan(number(circles, 1, "cx"));
  }

  @Test
  void everyPointStaysInsideTheFrame() throws Exception {
    Document svg = parse(PaintedRun.losses(5000, 1));
    String line = ((Element) svg.getElementsByTagName("path").item(1)).getAttribute("d");

    String[] points = line.substring(1).split("L");
    assertThat(points).hasSizeBetween(100, 1000);
    for (String point : points) {
      assertThat(Double.parseDouble(point.split(" ")[0])).isBetween(46.0, 506.0);
      assertThat(Double.parseDouble(point.split(" ")[1])).isBetween(30.0, 192.0);
    }
  }

  @Test
  void theAverageStartsAtTheFirstLossAndFollowsTheTrend() throws Exception {
    Document svg = parse(Collections.nCopies(100, 0.5));
    String line = ((Element) svg.getElementsByTagName("path").item(1)).getAttribute("d");

    assertThat(line.substring(1).split("L"))
        .allSatisfy(point -> assertThat(point).endsWith(line.split("L")[0].split(" ")[1]));
  }

  @Test
  void survivesOneStepNoStepEqualStepsAndNumbersThatAreNone() throws Exception {
    List<List<Double>> odd =
        List.of(
            List.of(),
            List.of(0.5),
            List.of(0.0, 0.0),
            List.of(Double.NaN, 0.4, Double.POSITIVE_INFINITY, 0.2),
            List.of(Double.NaN),
            List.of(-1.0, 1e9));
    for (List<Double> losses : odd) {
      parse(losses);
      assertThat(LossChart.svg(losses, "t")).doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  void theTitleIsEscaped() throws Exception {
    assertThat(LossChart.svg(List.of(1.0), "<b>\"")).contains("&lt;b&gt;&quot;");
  }

  private static double number(NodeList nodes, int index, String attribute) {
    return Double.parseDouble(((Element) nodes.item(index)).getAttribute(attribute));
  }

  private static Document parse(List<Double> losses) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(LossChart.svg(losses, "Loss"))));
  }
}
