package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DispatchTest {
  @ParameterizedTest
  @EnumSource
  void everyDispatchIsFoundByItsLabel(Dispatch dispatch) {
    assertSame(dispatch, Dispatch.of(dispatch.label()));
  }

  @Test
  void aWrongLabelIsAnsweredWithTheRightOnes() {
    Refusal.says(
        () -> Dispatch.of("singel"),
        "there is no dispatch \"singel\"; there are even, lp, single; did you mean single?");
    Refusal.says(() -> Dispatch.of("EVEN"), "\"EVEN\"");
    Refusal.says(() -> Dispatch.of(Refusal.nothing()), "the dispatch is null");
  }

  @Test
  void aPolicyGetsTheDispatchOfItsContext() {
    PolicyContext.Builder builder = PolicyContext.builder(EpTopology.of(2, 2, 1, 1, 1));

    assertSame(Dispatch.EVEN, builder.build().dispatch());
    assertSame(Dispatch.LP, builder.dispatch(Dispatch.LP).build().dispatch());
    assertEquals(true, builder.build().toString().contains("LP"));
    Refusal.says(() -> builder.dispatch(Refusal.nothing()), "the dispatch is null");
  }
}
