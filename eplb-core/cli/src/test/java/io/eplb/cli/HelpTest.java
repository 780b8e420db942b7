package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.cli.shell.ExitCode;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelpTest {
  @Test
  void everyExitCodeIsExplained() throws IllegalAccessException {
    String help = CommandLineRun.of("--help").out();
    int codes = 0;
    for (Field field : ExitCode.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        assertTrue(help.contains("\n  %-3d   ".formatted(field.getInt(null))), field + "\n" + help);
        codes++;
      }
    }
    assertTrue(codes > 4);
    assertTrue(CommandLineRun.of("verify --help").words().contains("exit code 4 if they are not"));
  }

  @Test
  void everyVariableOfTheEnvironmentIsExplained() {
    String help = CommandLineRun.of("--help").out();
    for (String variable :
        List.of("EPLB_POLICY_PATH", "EPLB_TOKEN", "EPLB_JAVA_OPTS", "EPLB_NO_BUILD", "JAVA_HOME")) {
      assertTrue(help.contains("\n  " + variable + " "), help);
    }
  }

  @Test
  void theCommandAloneShowsIt() {
    CommandLineRun run = CommandLineRun.of("--help");
    assertEquals(0, run.code());
    assertEquals("", run.err());
  }
}
