package io.eplb.cli.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.cli.CommandLineRun;
import io.eplb.core.registry.TestJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The option {@code --time-limit}, and groups that no plan can be made for in any time. */
class TimeLimitTest {
  @TempDir Path folder = Path.of(".");

  @ParameterizedTest
  @CsvSource({"'', less than a minute", "--time-limit 86400, hours"})
  void thePolicyHasTheTimeThatIsGiven(String option, String time) throws IOException {
    Path policies = Files.createDirectories(folder.resolve("policies"));
    new TestJar(policies)
        .source(
            "Asking",
            """
            package plugin;
            import io.eplb.api.*;
            public class Asking implements EplbPolicy {
              public String name() { return "asking"; }
              public Rebalance rebalanceExperts(
                  ExpertTable table, ExpertWorkload workload, PolicyContext context) {
                long minutes = context.deadline().remainingNanos() / 60_000_000_000L;
                throw new UnsupportedRequestException(
                    minutes < 1 ? "less than a minute" : minutes > 1_000 ? "hours" : "some time");
              }
            }
            """)
        .provides("plugin.Asking")
        .build("asking.jar");
    Path load = Files.writeString(folder.resolve("load.json"), "[[[9,1,1,1]],[[1,9,1,1]]]");
    for (String command :
        new String[] {"plan --policy asking --load", "simulate --policies asking --trace"}) {
      CommandLineRun run =
          CommandLineRun.of(
              (command + " %s --ranks 2 --policy-path %s " + option).strip(), load, policies);
      assertEquals(2, run.code(), run.err());
      assertEquals(
          "policy asking: " + time, run.err().strip().replaceFirst("eplb (plan|simulate): ", ""));
    }
  }

  @Test
  void aLimitThatCannotBeIsRefused() {
    for (String limit : new String[] {"0", "-1", "86401", "1.5", "soon"}) {
      CommandLineRun.assertRefused(
          "'" + limit + "' is not a whole number from 1 to 86400", "plan --time-limit " + limit);
    }
  }

  @Test
  void aGroupThatThePolicyCannotPlanForIsNamedAtOnce() throws IOException {
    Path load = Files.writeString(folder.resolve("load.json"), "[[9,1,1,1]]");
    CommandLineRun.assertRefused(
        "policy incremental: it plans for at most 16384 ranks, and there are 65536; use policy default",
        "plan --load %s --ranks 65536 --redundant-experts 65532",
        load);
    CommandLineRun run =
        CommandLineRun.of(
            "plan --load %s --ranks 65536 --redundant-experts 65532 --policy default", load);
    assertEquals(0, run.code(), run.err());
  }
}
