package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PolicyOptionTest {
  private static final PolicyOption<Long> MOVES =
      PolicyOption.integer("max-moves", 4, 0, 64, "Most experts that move.");
  private static final PolicyOption<Double> ALPHA =
      PolicyOption.decimal("alpha", 0.25, 0, 1, "Weight of the newest window.");
  private static final PolicyOption<Boolean> EXACT =
      PolicyOption.flag("exact", false, "As the reference.");
  private static final PolicyOption<String> MODE =
      PolicyOption.choice("mode", "fast", List.of("fast", "best"), "How to search.");

  @Test
  void declaresWhatItTakes() {
    assertEquals("max-moves", MOVES.name());
    assertEquals(PolicyOption.Type.INTEGER, MOVES.type());
    assertEquals(Optional.of(64L), MOVES.maximum());
    assertEquals(Optional.of(0.0), ALPHA.minimum());
    assertEquals(Optional.empty(), EXACT.minimum());
    assertEquals(List.of("fast", "best"), MODE.choices());
    assertEquals("a whole number from 0 to 64", MOVES.allowed());
    assertEquals("a number from 0.0 to 1.0", ALPHA.allowed());
    assertEquals("true or false", EXACT.allowed());
    assertEquals("one of fast, best", MODE.allowed());
    assertEquals("max-moves (a whole number from 0 to 64, default 4)", MOVES.toString());
    assertEquals("As the reference.", EXACT.description());
  }

  @Test
  void readsTexts() {
    assertEquals(64, MOVES.parse("64"));
    assertEquals(0, MOVES.parse("-0"));
    assertEquals(7, MOVES.parse("+7"));
    assertEquals(0.5, ALPHA.parse("5e-1"));
    assertEquals(1.0, ALPHA.parse("1"));
    assertEquals(0.5, ALPHA.parse(".5"));
    assertEquals(true, EXACT.parse("true"));
    assertEquals("best", MODE.parse("best"));
  }

  @Test
  void refusesTextsThatAreNotOfTheTypeOrOutOfRange() {
    for (String text :
        new String[] {
          "65",
          "-1",
          "1.5",
          "1.0",
          "1e1",
          "",
          " ",
          "0x10",
          "NaN",
          "true",
          "9223372036854775808",
          "1_0",
          " 1",
          "1L",
          "٣",
          "1".repeat(100)
        }) {
      Refusal.says(() -> MOVES.parse(text), "option max-moves is ", "a whole number from 0 to 64");
    }
    for (String text :
        new String[] {
          "1.1",
          "-0.1",
          "NaN",
          "Infinity",
          "1e400",
          "1e999999999",
          "1e-9999999999",
          "0x1p-1",
          "",
          "1d",
          "0,5",
          "٠",
          "1".repeat(100),
          "."
        }) {
      Refusal.says(() -> ALPHA.parse(text), "option alpha is ", "a number from 0.0 to 1.0");
    }
    for (String text : new String[] {"TRUE", "1", "yes", ""}) {
      Refusal.says(() -> EXACT.parse(text), "option exact is ", "true or false");
    }
    Refusal.says(() -> MODE.parse("Fast"), "option mode is Fast", "one of fast, best");
    Refusal.says(() -> MOVES.parse(Refusal.nothing()), "option max-moves is null");
  }

  @Test
  void takesNumbersTooLargeForADoubleOnlyWhereTheyFit() {
    PolicyOption<Double> wide =
        PolicyOption.decimal("wide", 0, -Double.MAX_VALUE, Double.MAX_VALUE, "Anything.");

    assertEquals(1e308, wide.parse("1e308"));
    Refusal.says(() -> wide.parse("1e309"), "option wide is 1e309");
    Refusal.says(() -> wide.fromValue(Double.POSITIVE_INFINITY), "Infinity");
    Refusal.says(() -> wide.fromValue(BigInteger.TEN.pow(400)), "option wide");
  }

  @Test
  void takesTypedValues() {
    assertEquals(5, MOVES.fromValue(5));
    assertEquals(5, MOVES.fromValue(5L));
    assertEquals(5, MOVES.fromValue(BigInteger.valueOf(5)));
    assertEquals(1.0, ALPHA.fromValue(1));
    assertEquals(0.5, ALPHA.fromValue(new BigDecimal("0.5")));
    assertEquals(0L, Double.doubleToRawLongBits(ALPHA.fromValue(-0.0)));
    assertEquals(true, EXACT.fromValue(true));
  }

  @Test
  void refusesTypedValuesOfAnotherType() {
    for (Object value :
        new Object[] {
          "5",
          5.0,
          5.5f,
          true,
          new BigDecimal("5.0"),
          new BigDecimal("1e1"),
          List.of(5),
          BigInteger.ONE.shiftLeft(64)
        }) {
      Refusal.says(() -> MOVES.fromValue(value), "option max-moves is ", "whole number");
    }
    Refusal.says(() -> ALPHA.fromValue("0.5"), "option alpha is \"0.5\"");
    Refusal.says(() -> ALPHA.fromValue(Double.NaN), "NaN");
    Refusal.says(() -> EXACT.fromValue("true"), "option exact is \"true\"");
    Refusal.says(() -> MODE.fromValue(1), "option mode is 1");
    Refusal.says(() -> MODE.fromValue(Refusal.nothing()), "option mode is null");
  }

  @Test
  void blamesThePolicyForAMalformedName() {
    for (String name : new String[] {"", "Max", "1st", "max.moves", "a b", "-a"}) {
      Refusal.blamesThePolicy(() -> PolicyOption.flag(name, true, "D."), "option name", "a-z");
    }
    Refusal.blamesThePolicy(() -> PolicyOption.flag(Refusal.nothing(), true, "D."), "null");
    Refusal.blamesThePolicy(() -> PolicyOption.flag("x", true, " "), "option x", "description");
    Refusal.blamesThePolicy(() -> PolicyOption.flag("x", true, Refusal.nothing()), "description");
  }

  @Test
  void blamesThePolicyForATextThatIsDeclaredWrongly() {
    Refusal.blamesThePolicy(() -> PolicyOption.text("A B", "", "D."), "option name 'A B'");
    Refusal.blamesThePolicy(() -> PolicyOption.text("x", "", " "), "option x", "description");
    Refusal.blamesThePolicy(
        () -> PolicyOption.text("x", Refusal.nothing(), "D."), "option x", "default is null");
    Refusal.blamesThePolicy(
        () -> PolicyOption.text("x", "a".repeat(PolicyOption.MAX_TEXT_LENGTH + 1), "D."),
        "the declaration of option x is wrong: the default has 4097 characters");
  }

  @Test
  void blamesThePolicyForBoundsThatCannotBe() {
    Refusal.blamesThePolicy(
        () -> PolicyOption.integer("x", 5, 10, 0, "D."), "option x", "minimum 10", "maximum 0");
    Refusal.blamesThePolicy(
        () -> PolicyOption.integer("x", 11, 0, 10, "D."), "option x", "default is 11", "0 to 10");
    Refusal.blamesThePolicy(
        () -> PolicyOption.decimal("x", 0.5, 1, 0, "D."), "minimum 1.0", "maximum 0.0");
    Refusal.blamesThePolicy(() -> PolicyOption.decimal("x", 2, 0, 1, "D."), "default is 2.0");
    Refusal.blamesThePolicy(
        () -> PolicyOption.decimal("x", 0, Double.NaN, 1, "D."), "NaN", "finite");
    Refusal.blamesThePolicy(
        () -> PolicyOption.decimal("x", 0, 0, Double.POSITIVE_INFINITY, "D."), "finite");
    Refusal.blamesThePolicy(
        () -> PolicyOption.decimal("x", Double.NaN, 0, 1, "D."), "default is NaN");
  }

  @Test
  void blamesThePolicyForChoicesThatCannotBe() {
    Refusal.blamesThePolicy(
        () -> PolicyOption.choice("x", "a", List.of(), "D."), "option x", "at least one");
    Refusal.blamesThePolicy(
        () -> PolicyOption.choice("x", "a", List.of("a", "b", "a"), "D."), "a is listed twice");
    Refusal.blamesThePolicy(
        () -> PolicyOption.choice("x", "c", List.of("a", "b"), "D."), "default is c");
    Refusal.blamesThePolicy(
        () -> PolicyOption.choice("x", "a", List.of("a", "b,c"), "D."), "choice 'b,c'");
    Refusal.blamesThePolicy(
        () -> PolicyOption.choice("x", "a", Arrays.asList("a", Refusal.nothing()), "D."), "null");
    Refusal.blamesThePolicy(
        () -> PolicyOption.choice("x", "a", Refusal.nothing(), "D."), "at least one");
  }

  @Test
  void doesNotShareItsChoices() {
    List<String> choices = new ArrayList<>(List.of("a", "b"));
    PolicyOption<String> option = PolicyOption.choice("x", "a", choices, "D.");
    choices.add("c");

    assertEquals(List.of("a", "b"), option.choices());
    assertThrows(UnsupportedOperationException.class, () -> option.choices().add("d"));
  }

  @Property(tries = 200)
  void readsBackEveryWholeNumberItPrints(@ForAll long value) {
    PolicyOption<Long> any =
        PolicyOption.integer("any", 0, Long.MIN_VALUE, Long.MAX_VALUE, "Anything.");

    assertEquals(value, any.parse(Long.toString(value)));
  }

  @Property(tries = 200)
  void readsBackEveryFiniteNumberItPrints(@ForAll double value) {
    PolicyOption<Double> any =
        PolicyOption.decimal("any", 0, -Double.MAX_VALUE, Double.MAX_VALUE, "Anything.");

    assertEquals(value + 0.0, any.parse(Double.toString(value)));
  }

  @Test
  void anOptionThatRestrictsSaysAtWhichValueItNoLongerDoes() {
    PolicyOption<Long> limit = PolicyOption.integer("limit", 4, 0, 64, "the most transfers");
    assertEquals(Optional.empty(), limit.unrestricted());
    PolicyOption<Long> free = limit.unrestrictedAt(0L);
    assertEquals(Optional.of(0L), free.unrestricted());
    assertEquals(limit.toString(), free.toString());
    assertEquals(7L, free.parse("7"));
  }

  @Test
  void anUnrestrictedValueOutOfRangeIsTheAuthorsMistake() {
    PolicyOption<Long> limit = PolicyOption.integer("limit", 4, 1, 64, "the most transfers");
    PolicyException refused = assertThrows(PolicyException.class, () -> limit.unrestrictedAt(0L));
    assertEquals(
        "the declaration of option limit is wrong: the unrestricted value is 0, not a whole number"
            + " from 1 to 64",
        refused.getMessage());
  }
}
