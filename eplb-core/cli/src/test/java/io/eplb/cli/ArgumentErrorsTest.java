package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines that answer arguments which no command knows or which are missing. */
class ArgumentErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plan --laod x             | eplb plan: there is no option '--laod'; did you mean --load?
          plan --laod=x             | eplb plan: there is no option '--laod'; did you mean --load?
          plan --trace x            | eplb plan: there is no option '--trace'; did you mean --load?
          simulate --load x         | eplb simulate: there is no option '--load'; did you mean --trace?
          advise --load=x --ranks 2 | eplb advise: there is no option '--load'; did you mean --trace?
          diff --load x             | eplb diff: there is no option '--load'; see eplb diff --help
          simulate --polices static | eplb simulate: there is no option '--polices'; did you mean --policies?
          repair --curent map.json  | eplb repair: there is no option '--curent'; did you mean --current?
          rescale --rnaks 3         | eplb rescale: there is no option '--rnaks'; did you mean --ranks?
          convert --form sglang     | eplb convert: there is no option '--form'; did you mean --from?
          verify --expert 4         | eplb verify: there is no option '--expert'; did you mean --experts?
          diff --foo                | eplb diff: there is no option '--foo'; see eplb diff --help
          config check --polcy-path | eplb config check: there is no option '--polcy-path'; did you mean --policy-path?
          """)
  void aTypoIsNamedBeforeAnythingThatIsMissing(String line, String expected) {
    assertRefused(line, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          verify          | eplb verify: MAP is missing; see eplb verify --help
          diff old.json   | eplb diff: NEW is missing; see eplb diff --help
          convert in.json | eplb convert: --to F, OUT are missing; see eplb convert --help
          repair          | eplb repair: --current MAP, --failed R,… are missing; see eplb repair --help
          plan --load     | eplb plan: --load needs a value: --load FILE
          diff a b c      | eplb diff: 'c' is one argument too many; see eplb diff --help
          plan --load a --load b | eplb plan: --load is given twice; give it once
          plan --ranks 0  | eplb plan: --ranks: '0' is not a whole number from 1 to 65536
          demo --fail 1   | eplb demo: --fail: '1' is not of the form RANK@STEP, like 3@200
          generate-completion x | eplb generate-completion: SHELL: there is no completion for 'x'; shells are bash, zsh, fish
          simulate --step-time a,b,c | eplb simulate: --step-time: 'a,b,c' is not three numbers between commas, such as 20,0.01,6
          plan -x         | eplb plan: there is no option '-x'; see eplb plan --help
          help nothing    | eplb: there is no command 'nothing'; see eplb --help
          plna            | eplb: there is no command 'plna'; did you mean plan?
          """)
  void whatIsMissingOrTooMuchIsNamed(String line, String expected) {
    assertRefused(line, expected);
  }

  private static void assertRefused(String line, String expected) {
    CommandLineRun run = CommandLineRun.of(line);
    assertEquals(expected + "\n", run.err());
    assertEquals("", run.out());
    assertEquals(2, run.code());
  }
}
