package io.atelier.style;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private static final StylePack PACK =
      StylePack.parse(
          """
          name: small
          title: Small
          defaults: {guidance: 3.5, steps: 4, width: 64, height: 64, seeds: [0, 1]}
          looks:
            - name: studio
              prompt: a studio portrait of {trigger} {class}, plain gray background, soft light
            - name: beach
              prompt: a photo of {trigger} {class} on a beach, blue sky, bright light
              width: 96
            - name: night
              prompt: a photo of {trigger} {class} in a city at night, neon signs, rain
              height: 96
          """,
          "small.yaml");
  private static final Requests PLANNER = new Requests("base-hash", "euler-1");
  private static final Subject ANNA =
      new Subject("s1", "okzan", "woman", "adapter-1", "training-1");
  private static final Subject BEN = new Subject("s2", "tivxo", "man", "adapter-2", "training-2");

  @Test
  void plansEverySubjectLookAndSeed() {
    List<RenderRequest> requests = PLANNER.plan(PACK, List.of(ANNA, BEN));
    assertThat(requests).hasSize(2 * PACK.size());
    assertThat(ids(requests)).hasSize(requests.size());
    RenderRequest first = requests.get(0);
    assertThat(first.prompt())
        .isEqualTo("a studio portrait of okzan woman, plain gray background, soft light");
    assertThat(first.pack()).isEqualTo(PACK.version());
    assertThat(requests.get(1).promptId()).isEqualTo(first.promptId());
    assertThat(requests.get(2).promptId()).isNotEqualTo(first.promptId());
  }

  @Test
  void givesTheIdsItGaveBefore() {
    RenderRequest first = PLANNER.plan(PACK, List.of(ANNA)).get(0);
    // sha256 of
    // {"adapter":"training-1","base":"base-hash","guidance":3.5,"height":64,"negative":"",
    // "prompt":"a studio portrait of okzan woman, plain gray background, soft light",
    // "sampler":"euler-1","seed":0,"steps":4,"true_cfg":1.0,"width":64}
    assertThat(first.requestId())
        .isEqualTo("8153ce321e88f930f98d139f57d9833c941bafa89a943ff041bf4e8df13726cb");
    assertThat(first.promptId())
        .isEqualTo("7cf49c28ec1efadc1a015bb54fc98d6e11c1de3ec81fb3863d7d670f1b785d99");
  }

  @Test
  void dependsOnNothingButTheContent() {
    List<Subject> turned = new ArrayList<>(List.of(ANNA, BEN));
    Collections.reverse(turned);
    assertThat(ids(PLANNER.plan(PACK, turned)))
        .isEqualTo(ids(PLANNER.plan(PACK, List.of(ANNA, BEN))));
    StylePack fewer =
        new StylePack("other", "Other name, same pictures", "", PACK.looks().subList(0, 2));
    assertThat(ids(PLANNER.plan(PACK, List.of(ANNA))))
        .containsAll(ids(PLANNER.plan(fewer, List.of(ANNA))));
    Subject issuedAnew = new Subject("s1", "okzan", "woman", "adapter-3", "training-1");
    assertThat(ids(PLANNER.plan(PACK, List.of(issuedAnew))))
        .isEqualTo(ids(PLANNER.plan(PACK, List.of(ANNA))));
    assertThat(ids(new Requests("base-hash", "euler-2").plan(PACK, List.of(ANNA))))
        .doesNotContainAnyElementsOf(ids(PLANNER.plan(PACK, List.of(ANNA))));
  }

  @Test
  void plansALookThatComesOutTwiceOnce() {
    Look look = PACK.looks().get(0);
    Look twin =
        new Look("twin", look.prompt(), "", look.guidance(), 1, look.steps(), 64, 64, look.seeds());
    StylePack twins = new StylePack("twins", "Twins", "", List.of(look, twin));
    assertThat(PLANNER.plan(twins, List.of(ANNA))).hasSize(look.seeds().size());
  }

  private static Set<String> ids(List<RenderRequest> requests) {
    return requests.stream().map(RenderRequest::requestId).collect(Collectors.toSet());
  }
}
