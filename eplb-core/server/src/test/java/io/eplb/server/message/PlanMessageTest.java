package io.eplb.server.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.round.RankSeat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanMessageTest {
  private static final byte[] ARCHIVE = Bodies.archive("load", Bodies.LOAD);
  private static final String PARAMETERS =
      "ranks, nodes, groups, slots, deadline_ms, rank, world, round, policy, dispatch, failed";

  @Test
  void anArchiveIsAQuestion() {
    PlanMessage message =
        read(
            Map.of(
                "ranks", List.of("2"),
                "nodes", List.of("1"),
                "groups", List.of("1"),
                "slots", List.of("4"),
                "policy", List.of("incremental"),
                "option.seed", List.of("7"),
                "dispatch", List.of("lp"),
                "failed", List.of("3,1"),
                "deadline_ms", List.of("250")),
            Bodies.archive("load", Bodies.LOAD, "current", Bodies.CURRENT));
    PlanAsk ask = message.ask();
    assertEquals("prod", ask.group());
    assertFalse(ask.perSlot());
    assertEquals("1 × 2", ask.tokens().shape());
    assertArrayEquals(new double[] {5, 7}, ask.tokens().values());
    assertEquals("1 × 2 × 1", ask.current().orElseThrow().shape());
    assertArrayEquals(new int[] {0, 1}, ask.current().orElseThrow().toIntegers());
    assertEquals(OptionalInt.of(2), ask.ranks());
    assertEquals(OptionalInt.of(1), ask.nodes());
    assertEquals(OptionalInt.of(1), ask.groups());
    assertEquals(OptionalInt.of(4), ask.slots());
    assertEquals(Optional.of("incremental"), ask.policy());
    assertEquals(Map.of("seed", "7"), ask.options());
    assertEquals(Optional.of(Dispatch.LP), ask.dispatch());
    assertEquals(Optional.of(List.of(1, 3)), ask.failed());
    assertEquals(Duration.ofMillis(250), message.deadline());
    assertEquals(Optional.empty(), message.seat());
  }

  @Test
  void whatIsLeftOutStaysOpen() {
    PlanMessage message = read(Map.of(), ARCHIVE);
    PlanAsk ask = message.ask();
    assertEquals(OptionalInt.empty(), ask.ranks());
    assertEquals(Optional.empty(), ask.policy());
    assertEquals(Optional.empty(), ask.dispatch());
    assertEquals(Optional.empty(), ask.failed());
    assertEquals(Optional.empty(), ask.current());
    assertEquals(Duration.ofSeconds(30), message.deadline());
  }

  @Test
  void aJsonObjectIsTheSameQuestion() {
    byte[] json =
        Bodies.json(
            """
            {"workload": [[[5.5], [7]]], "current": [[[0], [1]]], "ranks": 2, "policy": "default",
             "options": {"seed": 7, "text": "a", "share": 0.5, "on": true}, "failed": [1, 0],
             "rank": 1, "world": 2, "round": 9007199254740991}
            """);
    PlanMessage message = read(Map.of(), json);
    Map<String, List<String>> query =
        Map.of(
            "ranks", List.of("2"),
            "policy", List.of("default"),
            "option.seed", List.of("7"),
            "option.text", List.of("a"),
            "option.share", List.of("0.5"),
            "option.on", List.of("true"),
            "failed", List.of("0,1"),
            "rank", List.of("1"),
            "world", List.of("2"),
            "round", List.of("9007199254740991"));
    byte[] archive = Bodies.archive("workload", Bodies.WORKLOAD, "current", Bodies.CURRENT);
    assertTrue(message.ask().perSlot());
    assertEquals(read(query, archive).ask().digest(), message.ask().digest());
    assertEquals(Optional.of(new RankSeat(1, 2, RankSeat.MAX_ROUND)), message.seat());
    assertEquals(message.seat(), read(query, archive).seat());
  }

  @Test
  void theDispatchBelongsToTheQuestion() {
    PlanAsk open = read(Map.of(), ARCHIVE).ask();
    PlanAsk even = read(Map.of("dispatch", List.of("even")), ARCHIVE).ask();
    PlanAsk divided = read(Map.of("dispatch", List.of("lp")), ARCHIVE).ask();
    assertNotEquals(open.digest(), even.digest());
    assertNotEquals(even.digest(), divided.digest());
    byte[] json = Bodies.json("{\"load\": [[5, 7]], \"dispatch\": \"lp\"}");
    assertEquals(divided.digest(), read(Map.of(), json).ask().digest());
    refuse(
        Map.of("dispatch", List.of("even")),
        json,
        "dispatch is \"even\" in the query and \"lp\" in the body; give it once");
  }

  @Test
  void aQuestionWithoutDispatchKeepsItsDigestOverReleases() {
    // Answers are kept under it over a restart with a newer program.
    assertEquals(
        "2761a5451e1e0b574f1cb1a0313f8efb1ed551c521b73f926aabb374bd23c291",
        PlanMessage.read(
                "demo",
                Map.of("ranks", List.of("2"), "slots", List.of("6")),
                null,
                Bodies.json("{\"load\": [[10, 30, 20, 90]]}"))
            .ask()
            .digest());
  }

  @Test
  void noFailedRankIsSaidByNoneOrAnEmptyList() {
    assertEquals(
        Optional.of(List.of()), read(Map.of("failed", List.of("none")), ARCHIVE).ask().failed());
    assertEquals(
        Optional.of(List.of()),
        read(Map.of(), Bodies.json("{\"load\": [[1]], \"failed\": []}")).ask().failed());
  }

  @Test
  void aParameterMayStandInQueryAndBodyIfItIsTheSame() {
    byte[] json = Bodies.json("{\"load\": [[1]], \"ranks\": 2, \"options\": {\"a\": 1}}");
    assertEquals(
        OptionalInt.of(2),
        read(Map.of("ranks", List.of("2"), "option.a", List.of("1")), json).ask().ranks());
    refuse(
        Map.of("ranks", List.of("3")),
        json,
        "ranks is \"3\" in the query and \"2\" in the body; give it once");
    refuse(
        Map.of("option.a", List.of("2")),
        json,
        "option.a is \"2\" in the query and \"1\" in the body; give it once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ranks        | 0     | ranks is "0"; expected a whole number from 1 to 65536
          ranks        | 65537 | ranks is "65537"; expected a whole number from 1 to 65536
          ranks        | 1.5   | ranks is "1.5"; expected a whole number from 1 to 65536
          ranks        | ''    | ranks is ""; expected a whole number from 1 to 65536
          ranks        | 99999999999999999999 | ranks is "99999999999999999999"; expected a whole number from 1 to 65536
          nodes        | -1    | nodes is "-1"; expected a whole number from 1 to 65536
          groups       | x     | groups is "x"; expected a whole number from 1 to 65536
          slots        | 0x10  | slots is "0x10"; expected a whole number from 1 to 16777216
          deadline_ms  | 0     | deadline_ms is "0"; expected a whole number from 1 to 300000
          deadline_ms  | 300001 | deadline_ms is "300001"; expected a whole number from 1 to 300000
          dispatch     | lpp   | there is no dispatch "lpp"; there are even, lp, single; did you mean lp?
          failed       | 3,x   | failed: "x" is no rank; expected whole numbers from 0 to 65535 between commas, such as 3,7
          failed       | ''    | failed: "" is no rank; expected whole numbers from 0 to 65535 between commas, such as 3,7
          failed       | 3,3   | failed: rank 3 is named twice; name it once
          """)
  void aWrongValueIsRefusedWithItsRange(String name, String value, String expected) {
    refuse(Map.of(name, List.of(value)), ARCHIVE, expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rankz", "option.", "option", "Ranks", "options", "load", "a\nb"})
  void anUnknownParameterIsRefusedByName(String name) {
    refuse(
        Map.of(name, List.of("1")),
        ARCHIVE,
        "the parameter \"%s\" is unknown; the parameters are %s, option.KEY"
            .formatted(name.replace('\n', '?'), PARAMETERS));
  }

  @Test
  void aRepeatedParameterIsRefused() {
    refuse(
        Map.of("ranks", List.of("2", "2")),
        ARCHIVE,
        "the parameter \"ranks\" has 2 values; give it once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rank | 0 | world and round are missing; give rank, world and round together, or none of them
          world | 2 | rank and round are missing; give rank, world and round together, or none of them
          round | 2 | rank and world are missing; give rank, world and round together, or none of them
          """)
  void aSeatInARoundIsGivenAsAWhole(String name, String value, String expected) {
    refuse(Map.of(name, List.of(value)), ARCHIVE, expected);
  }

  @Test
  void aRankBeyondItsWorldIsRefused() {
    refuse(
        Map.of("rank", List.of("2"), "world", List.of("2"), "round", List.of("0")),
        ARCHIVE,
        "rank is 2; it must be between 0 and 1, since world is 2");
    refuse(
        Map.of("rank", List.of("0"), "world", List.of("1"), "round", List.of("9007199254740992")),
        ARCHIVE,
        "round is \"9007199254740992\"; expected a whole number from 0 to 9007199254740991");
  }

  @Test
  void bothLoadAndWorkloadOrNeitherAreRefused() {
    refuse(
        Map.of(),
        Bodies.archive("load", Bodies.LOAD, "workload", Bodies.WORKLOAD),
        "the body has both load and workload; give one of them");
    String neither =
        "the body has neither load nor workload; give load [layers, experts] or workload [layers, ranks, slots]";
    refuse(Map.of(), Bodies.archive("current", Bodies.CURRENT), neither);
    refuse(Map.of(), Bodies.json("{}"), neither);
    refuse(Map.of(), Bodies.json("{\"current\": [[0]]}"), neither);
  }

  @Test
  void anUnknownArrayIsRefusedByName() {
    refuse(
        Map.of(),
        Bodies.archive("load", Bodies.LOAD, "loads", Bodies.LOAD),
        "body: holds \"loads.npy\", which is unknown; the arrays are current, load, workload");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"loads": [[1]]}               | the top level has the key "loads", which is unknown; the keys are load, workload, current, options, ranks, nodes, groups, slots, deadline_ms, rank, world, round, policy, dispatch, failed
          {"load": [[1]], "load": [[1]]} | the top level has the key load twice; expected it once
          {"load": [1]}                  | /load/0 is 1; expected an array: layers × experts, or windows × layers × experts
          {"load": [[[[1]]]]}            | /load/0/0/0 is an array; expected a load, finite and at least 0 (rule I2), since the array is to be layers × experts, or windows × layers × experts
          {"load": [[1, -1]]}            | /load/0/1 is -1; expected a load, finite and at least 0 (rule I2)
          {"load": [[NaN]]}              | /load/0/0 is NaN; expected a load, finite and at least 0 (rule I2)
          {"load": [[1e400]]}            | /load/0/0 is 1e400; expected a load, finite and at least 0 (rule I2)
          {"load": [["1"]]}              | /load/0/0 is the text "1"; expected a load, finite and at least 0 (rule I2)
          {"load": [[1], [1, 2]]}        | /load/1 has more than 1 element where the arrays before it have 1; all must be equally long
          {"load": []}                   | /load is an empty array; expected layers × experts, or windows × layers × experts
          {"load": null}                 | /load is null; expected layers × experts, or windows × layers × experts
          {"workload": [[1]]}            | /workload/0/0 is 1; expected an array: layers × ranks × slots, or windows × layers × ranks × slots
          {"current": [[0.5]]}           | /current/0/0 is 0.5; expected an expert, or −1 for an empty slot, a whole number from -1 to 65535
          {"current": [[-2]]}            | /current/0/0 is -2; expected an expert, or −1 for an empty slot, a whole number from -1 to 65535
          {"current": [[65536]]}         | /current/0/0 is 65536; expected an expert, or −1 for an empty slot, a whole number from -1 to 65535
          {"ranks": "2"}                 | /ranks is the text "2"; expected a whole number
          {"ranks": 2.0}                 | /ranks is 2.0; expected a whole number
          {"policy": 1}                  | /policy is 1; expected a policy's name
          {"options": [1]}               | /options is an array; expected an object of the policy's options
          {"options": {"a": null}}       | /options/a is null; expected a text, a number, true or false
          {"options": {"a": 1, "a": 1}}  | /options has the key "a" twice; expected it once
          {"failed": "none"}             | /failed is the text "none"; expected an array of whole numbers
          {"failed": [65536]}            | /failed/0 is 65536; expected a rank, a whole number from 0 to 65535
          [[1]]                          | the top level is an array; expected an object with load or workload
          """)
  void wrongJsonIsRefusedAtItsPlace(String json, String expected) {
    refuse(Map.of(), Bodies.json(json), "body: " + expected);
  }

  @Test
  void wrongNumbersOfJsonParametersAreRefusedWithTheirRange() {
    refuse(
        Map.of(),
        Bodies.json("{\"load\": [[1]], \"ranks\": 0}"),
        "ranks is \"0\"; expected a whole number from 1 to 65536");
    refuse(
        Map.of(),
        Bodies.json("{\"load\": [[1]], \"failed\": [3, 3]}"),
        "failed names a rank twice; name it once");
  }

  @Test
  void wrongNumbersOfAnArchiveAreRefusedAtTheirPlace() {
    refuse(
        Map.of(),
        load("<f8", "(2, 2)", NumpyBytes.doubles(0, 1, Double.NaN, 2)),
        "body: array \"load\", element [1, 0] is NaN; expected a load, finite and at least 0 (rule I2)");
    refuse(
        Map.of(),
        load("<f4", "(1, 1, 2)", NumpyBytes.floats(0, Float.POSITIVE_INFINITY)),
        "body: array \"load\", element [0, 0, 1] is Infinity; expected a load, finite and at least 0 (rule I2)");
    refuse(
        Map.of(),
        load("<i4", "(1, 1)", NumpyBytes.ints(-1)),
        "body: array \"load\", element [0, 0] is -1.0; expected a load, finite and at least 0 (rule I2)");
    byte[] current = NumpyBytes.array("<i4", "(1, 2)", NumpyBytes.ints(0, -2));
    refuse(
        Map.of(),
        Bodies.archive("load", Bodies.LOAD, "current", current),
        "body: array \"current\", element [0, 1] is -2; expected an expert, or −1 for an empty slot, a whole number from -1 to 65535");
  }

  @Test
  void anEmptySlotOfTheTableInForceIsRead() {
    byte[] current = NumpyBytes.array("|i1", "(1, 2)", new byte[] {0, -1});
    PlanAsk ask = read(Map.of(), Bodies.archive("load", Bodies.LOAD, "current", current)).ask();
    assertArrayEquals(new int[] {0, -1}, ask.current().orElseThrow().toIntegers());
  }

  @Test
  void aBreachOfRuleI2IsABreachOfTheContract() {
    InvalidInputException refusal =
        assertThrows(
            InvalidInputException.class, () -> read(Map.of(), Bodies.json("{\"load\": [[-1]]}")));
    assertEquals(422, ProblemException.of(refusal).status());
    InvalidInputException unknown =
        assertThrows(
            InvalidInputException.class, () -> read(Map.of(), Bodies.json("{\"lad\": [[1]]}")));
    assertEquals(400, ProblemException.of(unknown).status());
  }

  @Test
  void aSmallArchiveOfManyElementsIsRefusedBeforeMemoryIsTaken() {
    int elements = (1 << 18) + 1;
    byte[] zeros = NumpyBytes.array("|u1", "(1, %s)".formatted(elements), new byte[elements]);
    byte[] body = new ArchiveBytes(Trait.DEFLATED).add("load.npy", zeros).build();
    assertTrue(body.length < 2_000);
    refuse(
        Map.of(), body, "body: array \"load\" has 262145 elements; at most 262144 are supported");
    byte[] fit = NumpyBytes.array("|u1", "(1, %s)".formatted(elements - 1), new byte[elements - 1]);
    assertEquals(
        "1 × 262144",
        read(Map.of(), new ArchiveBytes(Trait.DEFLATED).add("load.npy", fit).build())
            .ask()
            .tokens()
            .shape());
  }

  @Test
  void aGroupOfAWrongNameIsRefused() {
    InvalidInputException refusal =
        assertThrows(
            InvalidInputException.class, () -> PlanMessage.read("../x", Map.of(), null, ARCHIVE));
    assertTrue(String.valueOf(refusal.getMessage()).startsWith("\"../x\" is no name of a group"));
  }

  @Test
  void theDeclaredTypeBindsTheBody() {
    InvalidInputException json =
        assertThrows(
            InvalidInputException.class,
            () -> PlanMessage.read("prod", Map.of(), "application/json", ARCHIVE));
    assertEquals("body: holds a ZIP archive; expected JSON", json.getMessage());
    InvalidInputException npz =
        assertThrows(
            InvalidInputException.class,
            () -> PlanMessage.read("prod", Map.of(), "application/x-npz", Bodies.json("{}")));
    assertEquals("body: holds JSON; expected NumPy's .npz, a ZIP archive", npz.getMessage());
  }

  private static byte[] load(String type, String shape, byte[] data) {
    return Bodies.archive("load", NumpyBytes.array(type, shape, data));
  }

  private static PlanMessage read(Map<String, List<String>> query, byte[] body) {
    return PlanMessage.read("prod", query, null, body);
  }

  private static void refuse(Map<String, List<String>> query, byte[] body, String expected) {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> read(query, body));
    assertEquals(expected, refusal.getMessage());
  }
}
