package io.eplb.cli.arguments;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyListTest {
  @Test
  void optionsFollowTheNameOfTheirPolicy() {
    assertEquals(
        List.of(
            new PolicyList.Entry("a", "a", Map.of()),
            new PolicyList.Entry("b:x=1:y=k=v", "b", Map.of("x", "1", "y", "k=v")),
            new PolicyList.Entry("b:x=2", "b", Map.of("x", "2"))),
        PolicyList.parse("a, b:x=1:y=k=v ,b:x=2"));
  }
}
