package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.format.Refusal;
import io.eplb.core.load.LoadRecording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvLoadsTest {
  private static final String EXPECTED_LOAD = "; expected a load, finite and at least 0 (rule I2)";

  @TempDir private Path folder;

  @Test
  void rowsAreLayersAndColumnsAreExperts() throws IOException {
    assertEquals(two(1, 2, 3, 4), read("1,2\n3,4\n"));
  }

  @Test
  void decimalsAreRead() throws IOException {
    assertEquals(
        LoadRecording.of(1, 1, 6, new double[] {2.5, 0.25, 3, 1200, 0.5, 1e19}),
        read("2.5,.25,3.,1.2e3,+5E-1,10000000000000000000"));
  }

  @Test
  void aHeaderIsSkipped() throws IOException {
    assertEquals(two(1, 2, 3, 4), read("expert 0,\"expert 1\"\n1,2\n3,4\n"));
  }

  @Test
  void aHeaderOfTheNumbersOfColumnsIsSkipped() throws IOException {
    LoadRecording recording = read("0,1,2\n5,6,7\n");
    assertEquals(1, recording.layers());
    assertEquals(6, recording.tokens(0, 0, 1));
  }

  @Test
  void aSingleRowOfConsecutiveNumbersIsALayer() throws IOException {
    assertEquals(2, read("0,1,2\n").tokens(0, 0, 2));
  }

  @Test
  void carriageReturnsBlanksAndATrailingBlankLineAreNoFault() throws IOException {
    assertEquals(two(1, 2, 3, 4), read("e0,e1\r\n 1 ,2\t\r\n3,4\r\n\r\n \n"));
    assertEquals(two(1, 2, 3, 4), read("1,2\r3,4"));
  }

  @Test
  void aByteOrderMarkIsNoFault() throws IOException {
    assertEquals(two(1, 2, 3, 4), read("\ufeff1,2\n3,4"));
    assertEquals(two(1, 2, 3, 4), read("\ufeffa,b\n1,2\n3,4"));
  }

  @Test
  void aBadFirstRowIsNoHeader() throws IOException {
    refuse("a,1\n1,2\n", "row 1, column 1 is \"a\"" + EXPECTED_LOAD);
    refuse("1,b\n1,2\n", "row 1, column 2 is \"b\"" + EXPECTED_LOAD);
  }

  @Test
  void aFirstRowOfNothingButNanIsNoHeader() throws IOException {
    refuse("nan,NaN\n1,2\n", "row 1, column 1 is \"nan\"" + EXPECTED_LOAD);
    refuse("-inf,Infinity\n1,2\n", "row 1, column 1 is \"-inf\"" + EXPECTED_LOAD);
  }

  @Test
  void aFirstRowOfNothingIsNoHeader() throws IOException {
    refuse(",\n1,2\n", "row 1, column 1 is empty" + EXPECTED_LOAD);
  }

  @Test
  void aSecondRowOfTextIsNoHeader() throws IOException {
    refuse("a,b\nc,d\n", "row 2, column 1 is \"c\"" + EXPECTED_LOAD);
  }

  @Test
  void aColumnOfLayersIsRefusedRatherThanTakenForAnExpert() throws IOException {
    refuse(
        "layer,e0\n0,5\n",
        "row 1, column 1 is headed \"layer\"; every column is an expert, so remove that column");
  }

  @Test
  void i2NanAndInfinityAreNamedByRowAndColumn() throws IOException {
    refuse("1,2\n3,nan\n", "row 2, column 2 is \"nan\"" + EXPECTED_LOAD);
    refuse("a,b\n1,inf\n", "row 2, column 2 is \"inf\"" + EXPECTED_LOAD);
    refuse("1,1e400\n", "row 1, column 2 is \"1e400\"" + EXPECTED_LOAD);
  }

  @Test
  void i2ANegativeLoadIsNamedByRowAndColumn() throws IOException {
    refuse("1,-2\n", "row 1, column 2 is \"-2\"" + EXPECTED_LOAD);
  }

  @Test
  void anEmptyCellIsNamedByRowAndColumn() throws IOException {
    refuse("1,,2\n", "row 1, column 2 is empty" + EXPECTED_LOAD);
    refuse("1,2,\n", "row 1, column 3 is empty" + EXPECTED_LOAD);
  }

  @Test
  void numbersThatOnlyJavaWouldReadAreRefused() throws IOException {
    refuse("0x1p3,1\n", "row 1, column 1 is \"0x1p3\"" + EXPECTED_LOAD);
    refuse("1,2d\n", "row 1, column 2 is \"2d\"" + EXPECTED_LOAD);
    refuse("1,1e\n", "row 1, column 2 is \"1e\"" + EXPECTED_LOAD);
    refuse("1,.\n", "row 1, column 2 is \".\"" + EXPECTED_LOAD);
  }

  @Test
  void anotherSeparatorIsRefusedAndTheCommaNamed() throws IOException {
    refuse("1;2\n3;4\n", "row 2, column 1 is \"3;4\"" + EXPECTED_LOAD + ", after a comma");
  }

  @Test
  void aRowOfAnotherLengthIsNamed() throws IOException {
    refuse(
        "1,2\n3\n",
        "row 2 has 1 column where the rows before it have 2; every row has one column per expert");
    refuse(
        "a,b,c\n1,2\n",
        "row 2 has 2 columns where the header has 3; every row has one column per expert");
  }

  @Test
  void aBlankLineAmongTheRowsIsNamed() throws IOException {
    refuse("1\n\n2\n", "row 2, column 1 is empty" + EXPECTED_LOAD);
  }

  @Test
  void aFileWithoutNumbersIsRefused() throws IOException {
    refuse("\n\n", "has no row of numbers; expected one row per layer");
    refuse("a,b\n\n", "has no row of numbers; expected one row per layer");
    refuse("a,b", "row 1, column 1 is \"a\"" + EXPECTED_LOAD);
  }

  @Test
  void otherContentIsRefused() throws IOException {
    refuse("[[1]]", "holds JSON; expected comma-separated numbers");
    refuse("1,\0", "holds binary data; expected comma-separated numbers");
  }

  private static LoadRecording two(double... tokens) {
    return LoadRecording.of(1, 2, 2, tokens);
  }

  private LoadRecording read(String csv) throws IOException {
    return LoadFiles.read(Refusal.file(Files.writeString(folder.resolve("load.csv"), csv)));
  }

  private void refuse(String csv, String expected) throws IOException {
    Refusal.of(folder.resolve("load.csv"), csv, LoadFiles::read, expected);
  }
}
