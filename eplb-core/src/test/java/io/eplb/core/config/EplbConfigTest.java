package io.eplb.core.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EplbConfigTest {
  @TempDir Path folder = Path.of(".");

  @Test
  void takesTheEnginesBlockForDynamicBalancingAsItStands() throws IOException {
    EplbConfig config =
        read(
            "engine.json",
            """
            {"eplb_config": {"dynamic_eplb": true, "expert_heat_collection_interval": 400,
              "algorithm_execution_interval": 30, "num_redundant_experts": 16,
              "eplb_policy_type": 2}}
            """);
    assertTrue(config.get(Settings.DYNAMIC_EPLB));
    assertEquals(400, config.get(Settings.HEAT_COLLECTION_INTERVAL));
    assertEquals(30, config.get(Settings.ALGORITHM_EXECUTION_INTERVAL));
    assertEquals(16, config.get(Settings.REDUNDANT_EXPERTS));
    assertEquals("swift", config.policyName());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                        | exponential, alpha 0.25
          {estimator: ema, estimator_alpha: 0.5}    | exponential, alpha 0.5
          {estimator_alpha: 1}                      | exponential, alpha 1.0
          {estimator: mean}                         | mean
          {estimator: last}                         | last
          """)
  void theEstimatorIsReadWithItsAlpha(String content, String expected) throws IOException {
    assertEquals(expected, read("eplb.yaml", content).weighting().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          estimator: median    | estimator is "median"; it must be one of last, mean, ema
          estimator_alpha: 0   | estimator_alpha is 0; it must be a number from 0.001 to 1.0
          estimator_alpha: 1.1 | estimator_alpha is 1.1; it must be a number from 0.001 to 1.0
          {estimator: last, estimator_alpha: 0.5} | estimator_alpha has no meaning with estimator last; set estimator to ema
          """)
  void anEstimatorThatDoesNotExistOrTakesNoAlphaIsRefused(String line, String expected)
      throws IOException {
    String message = failure("eplb.yaml", line + "\n");
    assertTrue(message.contains(".yaml:1: " + expected), message);
  }

  @Test
  void takesTheEnginesBlockForRecordingAndForReplaying() throws IOException {
    Path map = Files.writeString(folder.resolve("map.json"), "{}");
    EplbConfig recording =
        read("record.yaml", "expert_map_record_path: " + folder.resolve("new.json") + "\n");
    EplbConfig replaying =
        read("replay.yaml", "expert_map_path: " + map + "\nexpert_map_record_path: null\n");
    assertTrue(recording.get(Settings.EXPERT_MAP_RECORD_PATH).endsWith("new.json"));
    assertEquals(map.toString(), replaying.get(Settings.EXPERT_MAP_PATH));
    assertTrue(replaying.given(Settings.EXPERT_MAP_RECORD_PATH).isEmpty());
  }

  @Test
  void takesFailedRanksAndSpeedsAsListsTextsOrAFile() throws IOException {
    Path speeds = Files.writeString(folder.resolve("speeds.csv"), "1\n0.5\n");
    EplbConfig lists =
        read("lists.yaml", "topology: {ranks: 2, failed_ranks: [1], rank_speed: [1, 0.5]}\n");
    assertEquals("1", lists.get(Settings.FAILED_RANKS));
    assertEquals("1,0.5", lists.get(Settings.RANK_SPEED));
    EplbConfig texts =
        read("texts.json", "{\"topology\": {\"failed_ranks\": \"3,7\", \"rank_speed\": 0.5}}");
    assertEquals("3,7", texts.get(Settings.FAILED_RANKS));
    assertEquals("0.5", texts.get(Settings.RANK_SPEED));
    EplbConfig file =
        read("file.yaml", "topology: {ranks: 2, failed_ranks: [], rank_speed: " + speeds + "}\n");
    assertEquals("none", file.get(Settings.FAILED_RANKS));
    assertEquals(speeds.toString(), file.get(Settings.RANK_SPEED));
    assertEquals("1\n0.5\n", Files.readString(speeds));
  }

  @Test
  void takesTheTopologyBesideAnEnginesBlock() throws IOException {
    EplbConfig config =
        read(
            "beside.yaml",
            """
            eplb_config: {num_redundant_experts: 3}
            topology: {ranks: 4, failed_ranks: [2]}
            """);
    assertEquals(3, config.get(Settings.REDUNDANT_EXPERTS));
    assertEquals(4, config.get(Settings.RANKS));
    assertEquals("2", config.get(Settings.FAILED_RANKS));
    Path twice = write("twice.yaml", "topology: {ranks: 4}\neplb_config: {topology: {nodes: 2}}\n");
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> EplbConfig.read(twice)).getMessage());
    assertTrue(
        message.endsWith(
            ":2: topology stands in eplb_config and beside it; put it beside that block alone"),
        message);
  }

  @Test
  void takesEveryKeyOfOursBesideAnEnginesBlockAndPassesByItsOtherBlocks() throws IOException {
    EplbConfig config =
        read(
            "additional.json",
            """
            {"refresh": true,
             "ascend_compilation_config": {"enable_npugraph_ex": true},
             "eplb_config": {"dynamic_eplb": true, "eplb_policy_type": 3},
             "eplb_policy": "mine", "policy_options": {"moves": 8}, "estimator": "mean",
             "topology": {"ranks": 4}, "policy_hints": {"model": "r1"}}
            """);
    assertTrue(config.get(Settings.DYNAMIC_EPLB));
    assertEquals("mine", config.policyName());
    assertEquals("mean", config.get(Settings.ESTIMATOR));
    assertEquals(4, config.get(Settings.RANKS));
    assertEquals(Map.of("model", "r1"), config.hints());
    assertEquals(List.of("moves"), List.copyOf(config.policyOptions().keySet()));
    assertEquals(
        List.of("refresh", "ascend_compilation_config"),
        List.copyOf(config.strayKeys().ignored().keySet()));
    Origin refresh = Objects.requireNonNull(config.strayKeys().ignored().get("refresh"));
    assertTrue(refresh.toString().endsWith("additional.json:1"), refresh::toString);
    assertEquals(Map.of(), config.strayKeys().refused());
    assertEquals(config.strayKeys(), config.with(Settings.NODES, 2L).strayKeys());
  }

  /** The keys of additional_config in vLLM-Ascend at 182b75e and at 001cd9e. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ascend_compilation_config",
        "ascend_fusion_config",
        "ascend_log_path",
        "batch_job_sched_config",
        "draft_window_size",
        "dump_config",
        "dump_config_path",
        "dynamic_spec_config",
        "dyntra_lb_config",
        "enable_balance_scheduling",
        "enable_cpu_binding",
        "enable_dsa_cp",
        "enable_flashcomm1",
        "enable_force_eplb",
        "enable_fused_mc2",
        "enable_kv_nz",
        "enable_mc2_hierarchy_comm",
        "enable_mlapo",
        "enable_pcp_o_proj_weight_sharding",
        "enable_prefill_mc2",
        "enable_reduce_sample",
        "enable_shared_expert_dp",
        "enable_sparse_li_c8",
        "enable_sparse_sfa_c8",
        "enable_transpose_kv_cache_by_block",
        "finegrained_tp_config",
        "mega_moe_max_tokens",
        "mix_placement",
        "mlapo_keep_prefill_weights",
        "msmonitor_use_daemon",
        "multistream_dsv4_dsa_overlap",
        "multistream_overlap_shared_expert",
        "pa_shape_list",
        "profiling_chunk_config",
        "recompute_scheduler_enable",
        "refresh",
        "rejection_sampler_config",
        "rl_config",
        "scheduler_config",
        "short_request_first_config",
        "sparse_kv_offload_config",
        "weight_nz_mode",
        "xlite_graph_config"
      })
  void noBlockOfTheEngineIsTakenForOneOfOursMistyped(String key) throws IOException {
    EplbConfig config = read("a.yaml", "eplb_config: {dynamic_eplb: true}\n" + key + ": {a: 1}\n");
    assertEquals(List.of(key), List.copyOf(config.strayKeys().ignored().keySet()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          eplb_polcy: swift         | there is no setting 'eplb_polcy'; did you mean eplb_policy?
          topolgy: {ranks: 2}       | there is no setting 'topolgy'; did you mean topology?
          num_redundant_expert: 2   | there is no setting 'num_redundant_expert'; did you mean num_redundant_experts?
          num_redundant_experts: 2  | num_redundant_experts stands beside eplb_config, where vLLM-Ascend does not read it; put it inside
          dynamic_eplb: true        | dynamic_eplb stands beside eplb_config, where vLLM-Ascend does not read it; put it inside
          estimator: mode           | estimator is "mode"; it must be one of last, mean, ema
          """)
  void aMistypedOrMisplacedSettingBesideTheBlockIsNotPassedBy(String line, String expected)
      throws IOException {
    String message = failure("beside.yaml", "eplb_config: {}\n" + line + "\n");
    assertTrue(message.contains("beside.yaml:2: " + expected), message);
  }

  @Test
  void remembersOurKeysInTheBlockWhichTheEngineRefuses() throws IOException {
    EplbConfig config =
        read(
            "inside.yaml",
            """
            eplb_config:
              num_redundant_experts: 3
              eplb_policy: swift
              topology: {ranks: 4}
            """);
    assertEquals("swift", config.policyName());
    assertEquals(
        List.of("eplb_policy", "topology"), List.copyOf(config.strayKeys().refused().keySet()));
    assertEquals(
        StrayKeys.NONE, read("flat.yaml", "eplb_policy: swift\ndynamic_eplb: true\n").strayKeys());
    String twice =
        failure("twice.yaml", "eplb_policy: swift\neplb_config: {eplb_policy: flashlb}\n");
    assertTrue(
        twice.endsWith(
            ":2: eplb_policy stands in eplb_config and beside it; put it beside that block alone"),
        twice);
  }

  @Test
  void theEnginesDefaultPolicyNumberSelectsNothingHere() {
    EplbConfig defaults = EplbConfig.defaults();
    assertEquals(2, defaults.get(Settings.POLICY_TYPE));
    assertEquals("incremental", defaults.policyName());
    EplbConfig.Sourced shown =
        Objects.requireNonNull(defaults.settingsInForce().get("eplb_policy_type"));
    assertEquals(new EplbConfig.Sourced(2L, Origin.DEFAULT), shown);
  }

  @Test
  void aMapMayBeRecordedInAFolderThatIsToBeCreatedAndReadingCreatesNothing() throws IOException {
    Path map = folder.resolve("new/maps/map.json");
    EplbConfig config = read("record.yaml", "expert_map_record_path: " + map + "\n");
    assertEquals(map.toString(), config.get(Settings.EXPERT_MAP_RECORD_PATH));
    assertTrue(Files.notExists(folder.resolve("new")));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    String dangling =
        failure("link.yaml", "expert_map_record_path: " + link.resolve("map.json") + "\n");
    assertTrue(dangling.contains(link + " is no folder; name a file in a folder that"), dangling);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {ranks: 2, failed_ranks: [2]}      | .yaml:1: topology.failed_ranks: rank 2 does not exist; ranks are 0 to 1
          {failed_ranks: [1, x]}             | .yaml:1: topology.failed_ranks[1] is "x"; it must be a number
          {failed_ranks: [0.5]}              | .yaml:1: topology.failed_ranks: "0.5" is no rank
          {failed_ranks: [1, 1]}             | .yaml:1: topology.failed_ranks: rank 1 is named twice
          {failed_ranks: {a: 1}}             | .yaml:1: topology.failed_ranks is a block of keys
          {ranks: 2, rank_speed: [1]}        | .yaml:1: topology.rank_speed has 1 speed for 2 ranks
          {rank_speed: [1, 0]}               | .yaml:1: topology.rank_speed: the speed of rank 1 is 0.0
          {rank_speed: [1, .nan]}            | .yaml:1: topology.rank_speed
          {rank_speed: [1, 010]}             | .yaml:1: topology.rank_speed[1] is 010, which
          {rank_speed: [[1]]}                | .yaml:1: topology.rank_speed[0] is a list
          {rank_speed: nowhere.csv}          | .yaml:1: topology.rank_speed: "nowhere.csv" is neither a list of numbers nor a file
          {rank_speed: "-"}                  | .yaml:1: topology.rank_speed is the standard input
          """)
  void ranksThatCannotBeAreRefused(String topology, String expected) throws IOException {
    Path file = write("ranks.yaml", "topology: " + topology + "\n");
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> EplbConfig.read(file)).getMessage());
    assertTrue(message.contains(expected), message);
  }

  @Test
  void remembersWhereEachValueCameFrom() throws IOException {
    Path file = write("eplb.yaml", "# ours\nnum_redundant_experts: 8\n");
    EplbConfig config = EplbConfig.read(file).with(Settings.NODES, 4L);
    assertEquals(file + ":2", config.origin(Settings.REDUNDANT_EXPERTS).toString());
    assertEquals(Origin.COMMAND_LINE, config.origin(Settings.NODES));
    assertEquals(Origin.DEFAULT, config.origin(Settings.DYNAMIC_EPLB));
    assertEquals(4, config.get(Settings.NODES));
  }

  @Test
  void prefersThePolicysNameToItsNumber() throws IOException {
    assertEquals("mine", read("a.yaml", "eplb_policy: mine\neplb_policy_type: 3\n").policyName());
    assertEquals("random", read("b.yaml", "eplb_policy_type: 0\n").policyName());
    assertEquals("incremental", EplbConfig.defaults().policyName());
  }

  @Test
  void readsHintsBesideAnEnginesBlockOrAtTheTop() throws IOException {
    EplbConfig beside =
        read(
            "a.yaml",
            "eplb_config:\n  num_redundant_experts: 3\npolicy_hints:\n  model: r1\n  empty: \"\"\n");
    assertEquals(Map.of("model", "r1", "empty", ""), beside.hints());
    assertEquals(3, beside.get(Settings.REDUNDANT_EXPERTS));
    EplbConfig.Sourced model = Objects.requireNonNull(beside.policyHints().get("model"));
    assertTrue(model.origin().toString().endsWith("a.yaml:4"), model::toString);
    EplbConfig flat = read("b.json", "{\"policy_hints\": {\"model\": \"r1\"}}");
    assertEquals(Map.of("model", "r1"), flat.hints());
    assertEquals(Map.of("model", "r1"), flat.with(Settings.RANKS, 4L).hints());
    assertEquals(Map.of(), EplbConfig.defaults().hints());
  }

  @Test
  void refusesHintsThatAPolicyCouldNotGet() throws IOException {
    assertFailure(
        "policy_hints stands in eplb_config; put it beside that block",
        "eplb_config:\n  policy_hints: {a: b}\n");
    assertFailure("policy_hints is a list; it must be a block of keys", "policy_hints: [a]\n");
    assertFailure(
        "policy_hints.depth is 61; it must be a text, in quotes", "policy_hints: {depth: 61}\n");
    assertFailure(
        "policy_hints.depth is null; it must be a text, in quotes",
        "policy_hints: {depth: null}\n");
    assertFailure(
        "policy_hints has a hint whose name is empty; names have 1 to 1024 characters",
        "policy_hints: {\"\": x}\n");
    assertFailure(
        "policy_hints.a has 1025 characters; at most 1024 are allowed",
        "policy_hints: {a: " + "x".repeat(1025) + "}\n");
    StringBuilder many = new StringBuilder("policy_hints:\n");
    for (int hint = 0; hint < 65; hint++) {
      many.append("  h").append(hint).append(": x\n");
    }
    assertFailure("policy_hints has 65 hints; at most 64 are allowed", many.toString());
  }

  private void assertFailure(String expected, String document) throws IOException {
    String message = failure("hints.yaml", document);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void acceptsThePhaseUnderBothNamesAsLongAsTheyAgree() throws IOException {
    assertEquals(
        LoadPhase.DECODE, read("a.yaml", "eplb_heat_collection_stage: decode\n").loadPhase());
    assertEquals(
        LoadPhase.PREFILL,
        read("b.yaml", "eplb_heat_collection_stage: prefill\nload_collection_phase: prefill\n")
            .loadPhase());
    String message =
        failure("c.yaml", "eplb_heat_collection_stage: prefill\nload_collection_phase: all\n");
    assertTrue(message.contains("c.yaml:2: load_collection_phase is \"all\""), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          expert_heat_collection_interval: 0 | expert_heat_collection_interval is 0; it must be a whole number from 1 to 1000000
          algorithm_execution_interval: 0 | algorithm_execution_interval is 0; it must be a whole number from 1 to 1000000
          algorithm_execution_interval: 1000001 | it must be a whole number from 1 to 1000000
          num_redundant_experts: -1 | num_redundant_experts is -1; it must be a whole number from 0 to 65536
          num_redundant_experts: 65537 | it must be a whole number from 0 to 65536
          num_redundant_experts: 99999999999999999999 | num_redundant_experts is 99999999999999999999
          num_redundant_experts: 1.5 | num_redundant_experts is 1.5
          num_redundant_experts: "8" | num_redundant_experts is "8"; it must be a whole number
          num_redundant_experts: .nan | num_redundant_experts is .nan; it must be a whole number
          num_redundant_experts: -.inf | num_redundant_experts is -.inf; it must be a whole number
          num_redundant_experts: null | num_redundant_experts is null
          num_redundant_experts: true | num_redundant_experts is true
          num_redundant_experts: [8] | num_redundant_experts is a list
          dynamic_eplb: 1 | dynamic_eplb is 1; it must be true or false
          dynamic_eplb: yes | dynamic_eplb is "yes"; it must be true or false
          dynamic_eplb: on | dynamic_eplb is "on"; it must be true or false
          dynamic_eplb: "true" | dynamic_eplb is "true"; it must be true or false
          eplb_policy_type: 4 | eplb_policy_type is 4; it must be a whole number from 0 to 3
          eplb_policy_type: -1 | eplb_policy_type is -1
          eplb_heat_collection_stage: both | it must be one of all, prefill, decode
          eplb_policy: 3 | eplb_policy is 3; it must be a text
          num_redundant_expert: 8 | there is no setting 'num_redundant_expert'; did you mean num_redundant_experts?
          topology: {rank: 8} | there is no setting 'topology.rank'; did you mean topology.ranks?
          topology: 8 | topology is 8; it must be a block of keys
          topology: {ranks: 8, nodes: 3} | topology.nodes is 3; it must divide topology.ranks, 8
          topology: {nodes: 0} | topology.nodes is 0; it must be a whole number from 1 to 65536
          policy_options: {a: [1]} | policy_options.a is a list; it must be a single value
          expert_map_path: "" | expert_map_path: the path is blank
          expert_map_path: 7 | expert_map_path is 7; it must be a text
          expert_map_path: /no/such/map.json | there is no file /no/such/map.json
          expert_map_path: map.yaml | 'map.yaml' does not end in .json
          expert_map_record_path: /dev/null/maps/map.json | /dev/null is no folder
          """)
  void namesFileLineKeyValueAndWhatIsAllowed(String line, String expected) throws IOException {
    String message = failure("eplb.yaml", "# a comment\n" + line + "\n");
    assertTrue(message.contains("eplb.yaml:2: "), message);
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count(), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "010",
        "08",
        "-07",
        "1_000",
        "0x10",
        "0o17",
        "0b11",
        "1:30",
        "190:20:30",
        "00.5",
        "1_0.5"
      })
  void aNumberThatReadersOfYamlDisagreeAboutIsRefused(String number) throws IOException {
    String doubt = number + ", which readers of YAML take for different numbers; ";
    assertEquals(
        folder.resolve("a.yaml")
            + ":1: num_redundant_experts is "
            + doubt
            + "it must be a whole number from 0 to 65536, written in decimal digits alone",
        failure("a.yaml", "num_redundant_experts: " + number));
    assertEquals(
        folder.resolve("b.yaml")
            + ":1: policy_options.moves is "
            + doubt
            + "write a number in plain decimal digits, a text in quotes",
        failure("b.yaml", "policy_options: {moves: " + number + "}"));
    assertTrue(failure("c.yaml", "eplb_policy: " + number).contains(doubt));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e3", "8.0", "1E+1"})
  void aWholeNumberHasNeitherPointNorExponent(String number) throws IOException {
    for (String file : List.of("a.yaml", "a.json")) {
      String message = failure(file, "{\"num_redundant_experts\": " + number + "}");
      assertTrue(message.contains("num_redundant_experts is " + number + "; it must be"), message);
      assertTrue(message.endsWith("from 0 to 65536, written in decimal digits alone"), message);
    }
  }

  @Test
  void aNumberThatIsTooLongToBeMeantIsCutInTheMessage() throws IOException {
    for (String file : List.of("a.yaml", "a.json")) {
      String content = "{\"num_redundant_experts\": " + "9".repeat(1_000) + "}";
      assertTrue(
          failure(file, content).contains("is 99999999999999999999…, which has 1000 digits;"));
    }
    assertTrue(
        failure("a.json", "{\"num_redundant_experts\": " + "9".repeat(1_001) + "}")
            .contains("holds a number of more than 1000 digits"));
  }

  @Test
  void aStreamIsReadNoFurtherThanAConfigurationCanBe() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return ' ';
          }
        };
    InvalidInputException wrong =
        assertThrows(InvalidInputException.class, () -> EplbConfig.read("a pipe", endless));
    assertEquals(
        "a pipe: delivers more than 1048576 bytes, the most supported", wrong.getMessage());
  }

  @Test
  void aDictionaryOfPythonCanBePasted() throws IOException {
    EplbConfig config =
        read(
            "a.yaml",
            """
            {'eplb_config': {'dynamic_eplb': True, 'num_redundant_experts': 16,
              'policy_options': {'exact-reference': False, 'price': 1e-3}}}
            """);
    assertTrue(config.get(Settings.DYNAMIC_EPLB));
    assertEquals(16, config.get(Settings.REDUNDANT_EXPERTS));
    PolicyOption<Double> price = PolicyOption.decimal("price", 0.5, 0, 1, "Price.");
    PolicyOption<Boolean> exact = PolicyOption.flag("exact-reference", true, "Exact.");
    PolicyOptions options = config.resolveOptions(List.of(price, exact), Map.of());
    assertEquals(0.001, options.get(price));
    assertEquals(false, options.get(exact));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          num_redundant_experts: &few 8 | has the anchor &few at line 2, column 24; remove it
          topology: *few | has the alias *few at line 2, column 11; write the value out
          <<: {eplb_policy: swift} | has a merge key at line 2, column 1; write the settings out
          num_redundant_experts: !!int "8" | has the tag !!int at line 2, column 24; remove it
          topology: !ours {ranks: 8} | has the tag !ours at line 2, column 11; remove it
          ? [a, b] | has a list or a block of keys for a key at line 2, column 3; a key is a word
          """)
  void whatYamlAddsToValuesIsRefusedAndNamed(String line, String expected) throws IOException {
    String message = failure("eplb.yaml", "# a comment\n" + line + "\n");
    assertTrue(message.endsWith("eplb.yaml: " + expected), message);
  }

  @Test
  void aKeyGivenTwiceIsNamedByItsLine() throws IOException {
    for (String file : List.of("a.yaml", "a.json")) {
      String message = failure(file, "{\"topology\":\n{\"ranks\": 8, \"ranks\": 16}}");
      assertTrue(
          message.endsWith(file + ":2: the key \"ranks\" is given twice; give it once"), message);
    }
  }

  @Test
  void whatCannotBeYamlIsSaidInTheWordsOfTheDocument() throws IOException {
    assertTrue(
        failure("a.yaml", "# ours\neplb_policy: swift\u0007\n")
            .endsWith("a.yaml: holds the control character U+0007 at line 2; remove it"));
    assertTrue(
        failure("b.yaml", "topology:\n  ranks: 8\n nodes: 2\n")
            .endsWith(
                "b.yaml: is not valid YAML at line 3, column 2: this is indented like no line before it; indent the keys of a"
                    + " block alike"));
    assertTrue(
        failure("c.yaml", "expert_map_path: None\n")
            .endsWith("'None' does not end in .json; name a .json file, or null for none"));
  }

  @Test
  void aQuotedWordIsAText() throws IOException {
    assertEquals("010", read("a.yaml", "eplb_policy: '010'\n").policyName());
    assertEquals("null", read("b.yaml", "eplb_policy: \"null\"\n").policyName());
    assertEquals("<<", read("c.yaml", "eplb_policy: <<\n").policyName());
  }

  @Test
  void aByteOrderMarkAndTheLineEndsOfWindowsAreNoPartOfTheText() throws IOException {
    for (String file : List.of("a.yaml", "a.json")) {
      EplbConfig config = read(file, "\uFEFF{\"eplb_policy\":\r\n\"swift\"}\r\n");
      assertEquals("swift", config.policyName());
      assertTrue(config.origin(Settings.POLICY).toString().endsWith(":2"));
    }
  }

  @Test
  void aStreamIsReadLikeAFileAndLeftOpen() {
    boolean[] closed = {false};
    InputStream stream =
        new ByteArrayInputStream("eplb_policy: swift".getBytes(StandardCharsets.UTF_8)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    EplbConfig config = EplbConfig.read("standard input", stream);
    assertEquals("swift", config.policyName());
    assertEquals("standard input:1", config.origin(Settings.POLICY).toString());
    assertEquals(false, closed[0]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\\nb\": 1}",
        "{\"topology\": {\"a\\u001b[31mb\": 1}}",
        "{\"policy_options\": {\"a\\nb\": []}}",
        "{\"eplb_config\": {}, \"eplb_policy\\n\": 1}",
        "{\"expert_map_path\": \"a\\nb.json\"}",
        "{\"expert_map_path\": \"a\\nb\"}",
        "{\"expert_map_record_path\": \"/dev/null/a\\nb/c.json\"}"
      })
  void aMessageIsOneLineWhateverTheDocumentSays(String content) throws IOException {
    String message = failure("a.json", content);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }

  @Test
  void namesTheKeyOfANumberThatIsNone() throws IOException {
    String message = failure("a.json", "{\"num_redundant_experts\": NaN}");
    assertTrue(message.contains("a.json:1: num_redundant_experts is NaN; it must be"), message);
  }

  @Test
  void refusesDocumentsThatAreNotABlockOfKeys() throws IOException {
    assertTrue(failure("a.yaml", "").contains("is empty"));
    assertTrue(failure("a.yaml", "# none\n").contains("nothing but white space and comments"));
    assertTrue(failure("b.yaml", "- 1\n").contains("b.yaml:1: the document is a list"));
    assertTrue(failure("c.json", "[]").contains("c.json:1: the document is a list"));
    assertTrue(failure("d.yaml", "a: 1\n---\nb: 2\n").contains("line 3, column 1"));
    assertTrue(failure("e.yaml", "dynamic_eplb: true\ndynamic_eplb: true\n").contains("e.yaml:2"));
    assertTrue(failure("f.json", "{\"dynamic_eplb\": tru").contains("at line 1, column 18"));
    assertTrue(failure("g.yaml", "\u0000\u0001\u0002").contains("g.yaml"));
    assertTrue(failure("h.yaml", "a: &x [1]\nb: *x\n").contains("h.yaml"));
    assertTrue(failure("i.json", "[".repeat(100_000)).contains("i.json:1"));
    assertTrue(failure("j.yaml", "[".repeat(100_000)).contains("j.yaml"));
    assertTrue(failure("k.yaml", "a: {".repeat(100)).contains("k.yaml"));
  }

  @Test
  void saysWhatIsWrongInTheWordsOfTheDocumentNotOfTheParser() throws IOException {
    assertTrue(failure("a.yaml", "\t\tdynamic_eplb: true").contains("cannot start any token"));
    for (String content : new String[] {"? [a, b]\n: 1\n", "{a: 1}: 2\n", "[".repeat(20_000)}) {
      String message = failure("b.yaml", content);
      assertTrue(!message.contains("org.") && !message.contains("java."), message);
      assertTrue(!message.contains("StreamReadConstraints"), message);
    }
    Path latin = Files.write(folder.resolve("c.yaml"), new byte[] {'a', ':', (byte) 0xC3, '\n'});
    assertMessage("it must be written in UTF-8", latin);
  }

  @Test
  void refusesFilesThatCannotBeAConfiguration() throws IOException {
    assertMessage("no such file or folder", folder.resolve("none.yaml"));
    assertMessage("is a folder; expected a file", folder);
    assertMessage(
        "has 1048577 bytes; at most 1048576 are supported",
        Files.write(folder.resolve("large.yaml"), new byte[(1 << 20) + 1]));
  }

  @Test
  void resolvesOptionsFromTheCommandLineOverTheFileOverTheDefault() throws IOException {
    PolicyOption<Long> moves = PolicyOption.integer("moves", 4, 0, 64, "Moves.");
    PolicyOption<Double> price = PolicyOption.decimal("price", 0.5, 0, 1, "Price.");
    PolicyOption<Boolean> keep = PolicyOption.flag("keep", false, "Keep.");
    EplbConfig config = read("a.yaml", "policy_options:\n  moves: 8\n  price: 0.25\n");
    PolicyOptions options =
        config.resolveOptions(List.of(moves, price, keep), Map.of("moves", "16"));
    assertEquals(16, options.get(moves));
    assertEquals(0.25, options.get(price));
    assertEquals(false, options.get(keep));
  }

  @Test
  void namesFileAndLineOfAnOptionThatThePolicyDoesNotTake() throws IOException {
    EplbConfig config = read("a.yaml", "policy_options:\n  move: 8\n");
    InvalidInputException wrong =
        assertThrows(
            InvalidInputException.class,
            () ->
                config.resolveOptions(
                    List.of(PolicyOption.integer("moves", 4, 0, 64, "Moves.")), Map.of()));
    String message = String.valueOf(wrong.getMessage());
    assertTrue(message.contains("a.yaml:2: "), message);
    assertTrue(message.contains("did you mean moves?"), message);
  }

  @Test
  void theNameOfAnOptionStaysOnOneLine() throws IOException {
    EplbConfig config = read("a.json", "{\"policy_options\": {\"a\\nb\": 8}}");
    InvalidInputException wrong =
        assertThrows(InvalidInputException.class, () -> config.resolveOptions(List.of(), Map.of()));
    assertEquals(1, String.valueOf(wrong.getMessage()).lines().count(), wrong.getMessage());
  }

  @Test
  void checkingAPathLeavesTheFileByteForByteAsItWas() throws IOException {
    byte[] content = {1, 2, 3, 4};
    Path map = Files.write(folder.resolve("map.json"), content);
    read("a.yaml", "expert_map_path: " + map + "\nexpert_map_record_path: " + map + "\n");
    assertArrayEquals(content, Files.readAllBytes(map));
    assertMessage(
        "is not a regular file",
        write("b.yaml", "expert_map_path: " + Files.createDirectory(folder.resolve("d.json"))));
  }

  private EplbConfig read(String name, String content) throws IOException {
    return EplbConfig.read(write(name, content));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private String failure(String name, String content) throws IOException {
    Path file = write(name, content);
    InvalidInputException wrong =
        assertThrows(InvalidInputException.class, () -> EplbConfig.read(file));
    assertEquals(content, Files.readString(file));
    return String.valueOf(wrong.getMessage());
  }

  private static void assertMessage(String expected, Path file) {
    InvalidInputException wrong =
        assertThrows(InvalidInputException.class, () -> EplbConfig.read(file));
    assertTrue(
        String.valueOf(wrong.getMessage()).contains(expected), String.valueOf(wrong.getMessage()));
  }
}
