package io.eplb.core.format.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NestedNumbersTest {
  @Test
  void asManyElementsAsSupportedAreReadAndOneMoreIsRefused() {
    assertEquals("2 × 2", read("[[1, 2], [3, 4]]", 4).shape());
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> read("[[1, 2], [3, 4]]", 3));
    assertEquals("body: /load has more than 3 elements, the most supported", refusal.getMessage());
  }

  private static NumberArray read(String json, int most) {
    InputSource source = InputSource.of("body", json.getBytes(StandardCharsets.UTF_8));
    ArrayForm form = new ArrayForm(2, 2, most, "layers × experts");
    return TokenInput.json(
        source, input -> NestedNumbers.read(input, "/load", form, NumberRule.LOAD));
  }
}
