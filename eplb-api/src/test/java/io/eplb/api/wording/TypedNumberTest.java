package io.eplb.api.wording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedNumberTest {
  @Test
  void wholeNumbersAreReadUpToTheBoundsOfALong() {
    assertEquals(OptionalLong.of(2), TypedNumber.whole(" +2 "));
    assertEquals(OptionalLong.of(Long.MIN_VALUE), TypedNumber.whole("-9223372036854775808"));
    assertEquals(OptionalLong.empty(), TypedNumber.whole("9223372036854775808"));
  }

  @Test
  void decimalsMayHaveAnExponent() {
    assertEquals(OptionalDouble.of(200), TypedNumber.decimal("200"));
    assertEquals(OptionalDouble.of(0.25), TypedNumber.decimal(".25"));
    assertEquals(OptionalDouble.of(1e-3), TypedNumber.decimal("1e-3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"٢", "２", "", "-", "2x", "0x10", "200d", "0.5f", "0x1p3", "NaN", "1_0"})
  void whatOnlyJavaReadsAsANumberIsNone(String text) {
    assertTrue(TypedNumber.whole(text).isEmpty());
    assertTrue(TypedNumber.decimal(text).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e", "e3", ".", "+.", "1.2.3", "1e+", "1e1000", "1 2", "--1", "1,5"})
  void aNumberHasDigitsAndAtMostThreeOfThemInItsExponent(String text) {
    assertTrue(TypedNumber.decimal(text).isEmpty());
  }

  @Test
  void aNumberOfAsManyDigitsAsAPageIsNone() {
    assertTrue(TypedNumber.isWhole("9".repeat(1_000)));
    assertTrue(!TypedNumber.isWhole("9".repeat(1_001)));
    assertTrue(!TypedNumber.isDecimal("0." + "1".repeat(999)));
  }

  @Test
  void anIndexHasDigitsAlone() {
    assertEquals(OptionalLong.of(0), TypedNumber.index("0", 9));
    assertEquals(OptionalLong.of(9), TypedNumber.index("9", 9));
    for (String text : new String[] {"", "10", "09", "+1", "-1", " 1", "1.0"}) {
      assertEquals(OptionalLong.empty(), TypedNumber.index(text, 9));
    }
  }
}
