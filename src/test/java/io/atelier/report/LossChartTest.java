package io.atelier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
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
    Document svg = parse(PaintedRun.losses(600, 1));
    String line = ((Element) svg.getElementsByTagName("path").item(1)).getAttribute("d");

    String[] points = line.substring(1).split("L");
    assertThat(points).hasSize(600);
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
      assertThat(LossChart.svg(LossPoint.each(losses), "t")).doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  void aPointOfManyStepsWeighsAsMuchAsAllOfThem() {
    List<Double> losses = PaintedRun.losses(1000, 1);
    List<LossPoint> thinned = new ArrayList<>();
    for (int last = 20; last <= 1000; last += 20) {
      double mean =
          losses.subList(last - 20, last).stream().mapToDouble(x -> x).average().orElse(0);
      thinned.add(new LossPoint(last, losses.get(last - 1), mean));
    }
    double[] every = lastOfLine(LossPoint.each(losses));
    double[] few = lastOfLine(thinned);
    assertThat(few[0]).isEqualTo(every[0]);
    assertThat(few[1]).isCloseTo(every[1], within(3.0));
  }

  /** Where the line of the average ends, pixels. */
  private static double[] lastOfLine(List<LossPoint> curve) {
    String svg = LossChart.svg(curve, "t");
    String line = svg.substring(svg.indexOf("<path", svg.indexOf("<path") + 1));
    String[] points = line.substring(line.indexOf("d=\"M") + 4).split("\"")[0].split("L");
    return Arrays.stream(points[points.length - 1].split(" "))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  @Test
  void theTitleIsEscaped() throws Exception {
    assertThat(LossChart.svg(LossPoint.each(List.of(1.0)), "<b>\"")).contains("&lt;b&gt;&quot;");
  }

  private static double number(NodeList nodes, int index, String attribute) {
    return Double.parseDouble(((Element) nodes.item(index)).getAttribute(attribute));
  }

  private static Document parse(List<Double> losses) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(LossChart.svg(LossPoint.each(losses), "Loss"))));
  }
}
