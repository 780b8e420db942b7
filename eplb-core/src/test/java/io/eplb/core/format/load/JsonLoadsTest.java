package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.format.Refusal;
import io.eplb.core.load.LoadRecording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLoadsTest {
  private static final String EXPECTED_LOAD = "; expected a load, finite and at least 0 (rule I2)";
  private static final String FORM = "layers × experts, or windows × layers × experts";

  @TempDir private Path folder;

  @Test
  void twoLevelsAreLayersAndExperts() throws IOException {
    LoadRecording recording = read("[[1, 2.5, 3e2], [4, 0, 6]]");
    assertEquals(LoadRecording.of(1, 2, 3, new double[] {1, 2.5, 300, 4, 0, 6}), recording);
  }

  @Test
  void threeLevelsAreATrace() throws IOException {
    LoadRecording recording = read("[[[1,2]],[[3,4]],[[5,6]]]");
    assertEquals(LoadRecording.of(3, 1, 2, new double[] {1, 2, 3, 4, 5, 6}), recording);
  }

  @Test
  void anObjectWithLoadMayHaveAnythingBesideIt() throws IOException {
    LoadRecording recording =
        read(
            "{\"case\": \"x\", \"map\": [[[1]], {\"load\": NaN}], \"load\": [[7, 8]], \"n\": null}");
    assertEquals(LoadRecording.of(1, 1, 2, new double[] {7, 8}), recording);
  }

  @Test
  void sglangsLogicalCountIsReadWithAndWithoutSteps() throws IOException {
    assertEquals(
        LoadRecording.of(1, 1, 2, new double[] {1, 2}), read("{\"logical_count\": [[1, 2]]}"));
    assertEquals(
        LoadRecording.of(2, 1, 2, new double[] {1, 2, 3, 4}),
        read("{\"rank\": 0, \"logical_count\": [[[1, 2]], [[3, 4]]]}"));
  }

  @Test
  void aByteOrderMarkIsNoFault() throws IOException {
    assertEquals(1, read("\ufeff[[1]]").experts());
  }

  @Test
  void aNegativeZeroIsZero() throws IOException {
    double[] zeros = read("[[-0, -0.0]]").sum(0, 0);
    assertArrayEquals(new double[] {0.0, 0.0}, zeros);
  }

  @Test
  void moreNumbersThanTheFirstArrayHoldsAreAllKept() throws IOException {
    StringBuilder json = new StringBuilder("[[");
    for (int expert = 0; expert < 5000; expert++) {
      json.append(expert == 0 ? "" : ",").append(expert);
    }
    LoadRecording recording = read(json.append("]]").toString());
    assertEquals(4999, recording.tokens(0, 0, 4999));
  }

  @Test
  void i2NanIsNamedByItsPlace() throws IOException {
    refuse("{\"load\":[[1,2],[3,NaN]]}", "/load/1/1 is NaN" + EXPECTED_LOAD);
  }

  @Test
  void i2InfinityIsNamedByItsPlace() throws IOException {
    refuse("[[1,Infinity]]", "/0/1 is Infinity" + EXPECTED_LOAD);
    refuse("[[[1],[-Infinity]]]", "/0/1/0 is -Infinity" + EXPECTED_LOAD);
  }

  @Test
  void i2ANegativeLoadIsNamedByItsPlace() throws IOException {
    refuse("{\"logical_count\":[[[1,-2]]]}", "/logical_count/0/0/1 is -2" + EXPECTED_LOAD);
  }

  @Test
  void i2ANumberBeyondADoubleIsNamedByItsPlace() throws IOException {
    refuse("[[1e400]]", "/0/0 is 1e400" + EXPECTED_LOAD);
  }

  @Test
  void i2LoadsThatSumToInfinityAreRefused() throws IOException {
    refuse(
        "[[1e308,1e308]]",
        "I2: the loads of layer 0 sum to more than 1.7976931348623157E308; scale them down");
  }

  @Test
  void aTextInPlaceOfANumberIsQuoted() throws IOException {
    refuse("[[1,\"12\"]]", "/0/1 is the text \"12\"" + EXPECTED_LOAD);
    refuse(
        "[[\"a\\nb" + "c".repeat(99) + "\"]]",
        "/0/0 is the text \"a?b" + "c".repeat(37) + "…\"" + EXPECTED_LOAD);
  }

  @Test
  void nullInPlaceOfANumberIsNamed() throws IOException {
    refuse("[[1],[null]]", "/1/0 is null" + EXPECTED_LOAD);
  }

  @Test
  void aBooleanInPlaceOfANumberIsNamed() throws IOException {
    refuse("[[true]]", "/0/0 is true" + EXPECTED_LOAD);
    refuse("[[1,false]]", "/0/1 is false" + EXPECTED_LOAD);
  }

  @Test
  void anObjectInPlaceOfARowIsNamed() throws IOException {
    refuse("[{\"a\":1}]", "/0 is an object; expected an array: " + FORM);
  }

  @Test
  void aShortRowIsNamed() throws IOException {
    refuse(
        "{\"load\":[[1,2],[3,4],[5]]}",
        "/load/2 has 1 element where the arrays before it have 2; all must be equally long");
  }

  @Test
  void aLongRowIsNamed() throws IOException {
    refuse(
        "[[1,2],[3,4,5]]",
        "/1 has more than 2 elements where the arrays before it have 2; all must be equally long");
  }

  @Test
  void aWindowWithFewerLayersIsNamed() throws IOException {
    refuse(
        "[[[1],[2]],[[3]]]",
        "/1 has 1 element where the arrays before it have 2; all must be equally long");
  }

  @Test
  void levelsThatDifferAreNamed() throws IOException {
    refuse("[[1,[2]]]", "/0/1 is an array" + EXPECTED_LOAD);
    refuse("[[1],2]", "/1 is 2; expected an array: " + FORM);
    refuse("[[[1],2]]", "/0/1 is 2; expected an array: " + FORM);
  }

  @Test
  void oneLevelIsTooFew() throws IOException {
    refuse("[1,2]", "/0 is 1; expected an array: " + FORM);
  }

  @Test
  void fourLevelsAreTooMany() throws IOException {
    refuse(
        "[[[[1]]]]", "/0/0/0 is an array" + EXPECTED_LOAD + ", since the array is to be " + FORM);
  }

  @Test
  void noLayersAreRefused() throws IOException {
    refuse("[]", "the top level is an empty array; expected " + FORM);
    refuse("{\"load\":[]}", "/load is an empty array; expected " + FORM);
  }

  @Test
  void noExpertsAreRefused() throws IOException {
    refuse("[[],[]]", "/0 is an empty array; expected " + FORM);
    refuse("{\"load\":[[1],[]]}", "/load/1 is an empty array; expected " + FORM);
  }

  @Test
  void moreExpertsThanSupportedAreRefused() throws IOException {
    refuse("[[" + "0,".repeat(65_536) + "0]]", "experts is 65537; it must be between 1 and 65536");
  }

  @Test
  void deepNestingIsRefusedWithoutOverflowingTheStack() throws IOException {
    refuse(
        "[".repeat(100_000),
        "/0/0/0 is an array" + EXPECTED_LOAD + ", since the array is to be " + FORM);
  }

  @Test
  void deepNestingInWhatIsSkippedIsRefusedWithoutOverflowingTheStack() throws IOException {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    refuse("{\"x\":" + deep + ",\"load\":[[1]]}", "is nested more than 1000 levels deep");
    String objects = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
    refuse("{\"load\":[[1]],\"x\":" + objects + "}", "is nested more than 1000 levels deep");
  }

  @Test
  void aNumberOfThousandsOfDigitsIsRefused() throws IOException {
    refuse("[[" + "9".repeat(5000) + "]]", "holds a number of more than 1000 digits");
  }

  @Test
  void contentAfterTheValueIsRefused() throws IOException {
    refuse(
        "[[1]] [2]",
        "goes on after the end of its JSON value, with an array at line 1, column 7; expected one"
            + " value alone");
  }

  @Test
  void theKeyLoadMayOccurOnce() throws IOException {
    refuse(
        "{\"load\":[[1]],\"load\":[[2]]}",
        "the top level has the key load twice; expected it once");
  }

  @Test
  void loadAndLogicalCountExcludeEachOther() throws IOException {
    refuse(
        "{\"load\":[[1]],\"logical_count\":[[2]]}",
        "the top level has both load and logical_count; expected one of them");
  }

  @Test
  void anObjectWithoutLoadListsTheKeysItHas() throws IOException {
    refuse(
        "{\"loads\":[[1]],\"b\\n\":2}",
        "the top level has no key load or logical_count; it has \"loads\", \"b?\"");
    refuse("{}", "the top level has no key load or logical_count");
  }

  @Test
  void aLoneValueIsRefused() throws IOException {
    String expected = "; expected " + FORM + ", or an object with load or logical_count";
    refuse("42", "the top level is 42" + expected);
    refuse("\"x\"", "the top level is the text \"x\"" + expected);
    refuse("null", "the top level is null" + expected);
  }

  @Test
  void truncatedJsonIsNamed() throws IOException {
    refuse("{\"load\":[[1,2],[3", "ends too early at line 1, column 18: the JSON is truncated");
  }

  @Test
  void brokenJsonIsNamedByLineAndColumn() throws IOException {
    refuse(
        "[[1,\n2,]]",
        "is not valid JSON at line 2, column 3: Unexpected character (']' (code 93)): expected a"
            + " value");
  }

  @Test
  void messagesOfTheParserCarryNoAdviceToProgrammers() throws IOException {
    refuse(
        "[[+1]]",
        "is not valid JSON at line 1, column 4: Unexpected character ('+' (code 43)) in numeric"
            + " value: JSON spec does not allow numbers to have plus signs");
    refuse(
        "[[1]] // one",
        "is not valid JSON at line 1, column 7: Unexpected character ('/' (code 47)): maybe a"
            + " (non-standard) comment?");
  }

  @Test
  void whiteSpaceAloneIsRefused() throws IOException {
    refuse(" \n\t", "holds nothing but white space; expected JSON");
  }

  @Test
  void binaryDataIsRefused() throws IOException {
    byte[] numpy = "\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1);
    Path file = folder.resolve("load.json");
    Refusal.of(file, numpy, LoadFiles::read, "holds NumPy data; expected JSON");
    Refusal.of(file, new byte[] {'[', 0, 1}, LoadFiles::read, "holds binary data; expected JSON");
    Refusal.of(
        file,
        new byte[] {'[', '[', (byte) 0xff, ']'},
        LoadFiles::read,
        "is not valid JSON at line 1, column 4: Invalid UTF-8 start byte 0xff");
  }

  @Test
  void aTextInAnotherEncodingIsNotCalledTruncated() throws IOException {
    Refusal.of(
        folder.resolve("load.json"),
        "{\"load\": [[1, 2]], \"caf\u00e9\": 1}".getBytes(StandardCharsets.ISO_8859_1),
        LoadFiles::read,
        "is not valid JSON: it must be written in UTF-8");
  }

  private LoadRecording read(String json) throws IOException {
    return LoadFiles.read(Refusal.file(Files.writeString(folder.resolve("load.json"), json)));
  }

  private void refuse(String json, String expected) throws IOException {
    Refusal.of(folder.resolve("load.json"), json, LoadFiles::read, expected);
  }
}
