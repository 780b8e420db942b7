package io.eplb.api.kit;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a policy in another virtual machine. The order of {@link java.util.Set#of} and of
 * identity hash codes differs from one machine to the next, and no comparison within one shows it.
 */
final class OtherMachine {
  private static final String PREFIX = "eplb-kit-answer ";

  private OtherMachine() {}

  /**
   * Asks the policy of a test class in a machine of its own.
   *
   * @return one hash code per case, or null if the test class cannot be made or run there
   */
  static @Nullable List<Integer> answers(Class<?> contract, List<Scenario> cases)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1"));
    System.getProperties()
        .forEach(
            (key, value) -> {
              if (key.toString().startsWith("eplb.kit.")) {
                command.add("-D" + key + "=" + value);
              }
            });
    command.add(OtherMachine.class.getName());
    command.add(contract.getName());
    cases.forEach(scenario -> command.add(ScenarioText.of(scenario)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    List<Integer> answers = new ArrayList<>();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    out.lines()
        .filter(line -> line.startsWith(PREFIX))
        .forEach(line -> answers.add(Integer.valueOf(line.substring(PREFIX.length()))));
    return process.waitFor() == 0 && answers.size() == cases.size() ? answers : null;
  }

  /** Returns the hash code of a policy's answers to a case. */
  static int hash(History history) {
    int hash = 1;
    for (Call call : history.calls()) {
      hash = hash * 31 + (call.answer() == null ? 0 : call.answer().hashCode());
    }
    return hash;
  }

  /** Prints the hash codes: the class of the test, then the cases. */
  @SuppressWarnings("SystemOut") // This is what the other machine is read by.
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    EplbPolicyContract contract = (EplbPolicyContract) constructor.newInstance();
    Subject subject = new Subject(contract::newPolicy);
    for (int index = 1; index < arguments.length; index++) {
      int hash = hash(subject.history(ScenarioText.parse(arguments[index])));
      System.out.println(PREFIX + hash);
    }
    System.exit(0);
  }
}
