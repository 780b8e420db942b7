package io.eplb.api.wording;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OneLineTest {
  @Test
  void linesAreJoinedByABlank() {
    assertEquals("first second third", OneLine.of("first\r\n  second\u2028third"));
    assertEquals("a  b", OneLine.of("a  b"));
  }

  @Test
  void whatCannotBeSeenBecomesAQuestionMark() {
    assertEquals("?[31mred ?evil ?[", OneLine.of("\u001b[31mred \u202eevil \ufeff["));
  }

  @Test
  void halfACharacterBecomesAQuestionMark() {
    assertEquals("a?b?", OneLine.of("a\ud83db\ude00"));
    assertEquals("\ud83d\ude00", OneLine.of("\ud83d\ude00"));
    // The cut is within the pair of surrogates of one character.
    assertEquals("\"" + "x".repeat(39) + "?…\"", OneLine.quote("x".repeat(39) + "\ud83d\ude00"));
  }

  @Test
  void aBriefTextIsStrippedAndCut() {
    assertEquals("a b", OneLine.brief("\n a\nb \n"));
    assertEquals("x".repeat(400), OneLine.brief("x".repeat(400)));
    assertEquals("x".repeat(400) + "…", OneLine.brief("x".repeat(5_000_000)));
  }

  @Test
  void aQuoteShowsEveryCharacterOfWhatWasGiven() {
    assertEquals("\" 1?\"", OneLine.quote(" 1\n"));
    assertEquals("\"" + "x".repeat(40) + "…\"", OneLine.quote("x".repeat(41)));
  }
}
