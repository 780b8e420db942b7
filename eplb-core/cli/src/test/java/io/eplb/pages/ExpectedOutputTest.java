package io.eplb.pages;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectedOutputTest {
  @Test
  void aTextMatchesItselfAlone() {
    ExpectedOutput output = exactly("PAR after  1.0054 (a+b)*", "rejected layers  none");
    assertTrue(output.matches("PAR after  1.0054 (a+b)*\nrejected layers  none\n"));
    assertTrue(output.matches("PAR after  1.0054 (a+b)*\nrejected layers  none"));
    assertFalse(output.matches("PAR after  1.0055 (a+b)*\nrejected layers  none\n"));
    assertFalse(output.matches("PAR after  1.0054 (a+b)*\n"));
    assertFalse(output.matches("PAR after  1.0054 (a+b)*\nrejected layers  none\nmore\n"));
    assertFalse(output.matches(""));
  }

  @Test
  void nothingMatchesNothingAlone() {
    assertTrue(exactly().matches(""));
    assertTrue(exactly("").matches("\n"));
    assertFalse(exactly().matches("a warning\n"));
  }

  @Test
  void blankLinesAtTheEndDoNotCount() {
    assertTrue(exactly("first", "…", "last", "").matches("first\nlast\n"));
    assertTrue(exactly("last", "…", "").matches("last\n\n"));
    assertFalse(exactly("first", "", "last").matches("first\nlast\n"));
  }

  @Test
  void aLineOfDotsStandsForAnyLinesOrNone() {
    ExpectedOutput output = exactly("first", "…", "last", "…");
    assertTrue(output.matches("first\nlast\n"));
    assertTrue(output.matches("first\nsecond\nthird\nlast\nmore\n"));
    assertFalse(output.matches("zeroth\nfirst\nlast\n"));
    assertFalse(output.matches("first\nsecond\n"));
  }

  @Test
  void dotsWithinALineStandForAnyTextOfIt() {
    ExpectedOutput output = exactly("note: … cannot use; …");
    assertTrue(output.matches("note: ranks cannot use; ask\n"));
    assertFalse(output.matches("note: ranks\n"));
    assertFalse(output.matches("note: ranks cannot use; ask\nmore\n"));
  }

  @Test
  void aTimeStandsForAnyTimeAndNoOtherNumberDoes() {
    ExpectedOutput output = exactly("planning time    133.021 ms for 75 layers in 2 s");
    assertTrue(output.matches("planning time  1,048.3 ms for 75 layers in 10.4 s\n"));
    assertFalse(output.matches("planning time    133.021 ms for 58 layers in 2 s\n"));
    assertFalse(exactly("5 slots").matches("6 slots\n"));
  }

  @Test
  void wherePagesSayThatFiguresVaryEveryNumberIsOpenAndNoWordIs() {
    ExpectedOutput output =
        ExpectedOutput.ofVaryingFigures(List.of("    1  1.65 → 1.01  committed"));
    assertTrue(output.matches("   12  1.6 → 1.0123  committed\n"));
    assertFalse(output.matches("    1  1.65 → 1.01  aborted\n"));
  }

  @Test
  void wherePagesSayThatFiguresVaryLinesMayBeBrokenAnywhere() {
    ExpectedOutput output =
        ExpectedOutput.ofVaryingFigures(
            List.of("…", "served  207 steps, every byte", "        verified", "…", "price 5 %"));
    assertTrue(output.matches("served  1,207 steps, every\n        byte verified\nprice 7 %\n"));
    assertTrue(output.matches("first\nserved 1 steps, every byte verified\nmore\nprice 7 %\n"));
    assertFalse(output.matches("served 1 steps, every byte verified\nmore\n"));
    assertFalse(output.matches("served 1 steps, every byte verified\nprice 7 %\nmore\n"));
  }

  private static ExpectedOutput exactly(String... lines) {
    return ExpectedOutput.of(List.of(lines));
  }
}
