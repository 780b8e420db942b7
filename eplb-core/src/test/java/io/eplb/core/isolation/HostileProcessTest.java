package io.eplb.core.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.PolicyException;
import io.eplb.core.contract.ContractSettings;
import io.eplb.core.registry.PolicyRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Policies that attack their process harm that process alone, and are named. */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // Only so that who hangs is told of.
class HostileProcessTest {
  /** Attacks that end the call, each with words of the reason that is given. */
  private static final Map<String, String> ENDING = new TreeMap<>();

  static {
    ENDING.put("Runtime.getRuntime().halt(5);", "its process ended with exit code 5");
    ENDING.put("System.exit(6);", "its process ended with exit code 6");
    ENDING.put(
        "new Thread(() -> System.exit(7)).start(); while (always()) Thread.onSpinWait();",
        "its process ended with exit code 7");
    ENDING.put(
        "var field = sun.misc.Unsafe.class.getDeclaredField(\"theUnsafe\");"
            + " field.setAccessible(true); ((sun.misc.Unsafe) field.get(null)).putAddress(0, 0);",
        "its process was ended by signal 6");
    ENDING.put(
        "List<Object> all = new ArrayList<>(); while (always()) all.add(new long[100000]);",
        "it ran out of memory");
    ENDING.put("Object all = new long[Integer.MAX_VALUE - 8];", "it ran out of memory");
    ENDING.put("recurse(0);", "it recursed too deeply");
    ENDING.put("if (always()) throw new InternalError(\"broken\");", "broken");
    ENDING.put("Thread.currentThread().stop();", "it stopped its thread");
    ENDING.put(
        "for (Thread any : Thread.getAllStackTraces().keySet())"
            + " if (any.getName().equals(\"main\")) any.stop();",
        "it stopped its thread");
    ENDING.put("System.setSecurityManager(new SecurityManager());", "Security Manager");
    ENDING.put(
        "new java.io.FileOutputStream(java.io.FileDescriptor.out).write(\"{}\".getBytes());",
        "its process wrote something else than an answer to standard output");
    ENDING.put(
        "new java.io.FileOutputStream(java.io.FileDescriptor.out).write(new byte[1000000]);",
        "its process wrote something else than an answer to standard output");
    ENDING.put("if (always()) return null;", "the answer is null");
    ENDING.put(
        "new ProcessBuilder(\"sleep\", \"3\").inheritIO().start(); Runtime.getRuntime().halt(3);",
        "its process ended with exit code 3");
    ENDING.put(
        "Rebalance made = Rebalance.of(true, new int[] {0}, table.placement());"
            + " var priority = Rebalance.class.getDeclaredField(\"layerPriority\");"
            + " priority.setAccessible(true); priority.set(made, new int[] {99, -1});"
            + " if (always()) return made;",
        "its process broke the protocol: an answer is malformed");
  }

  /** Attacks that do not end. */
  private static final List<String> ENDLESS =
      List.of(
          "while (always()) Thread.onSpinWait();",
          "Thread asked = Thread.currentThread(); new Thread(asked::suspend).start();"
              + " while (always()) Thread.onSpinWait();",
          "for (Thread any : Thread.getAllStackTraces().keySet())"
              + " if (any != Thread.currentThread()) any.suspend();"
              + " while (always()) Thread.onSpinWait();",
          "Runtime.getRuntime().addShutdownHook("
              + "new Thread(() -> { while (always()) Thread.onSpinWait(); })); System.exit(0);",
          "synchronized (System.out) { System.out.wait(); }");

  /** Attacks that reach nothing. */
  private static final List<String> VAIN =
      List.of(
          "System.out.println(\"{}\"); System.out.close();",
          "new java.io.FileOutputStream(java.io.FileDescriptor.out).close();",
          "System.in.close(); new java.io.FileInputStream(java.io.FileDescriptor.in).close();",
          "Thread.currentThread().interrupt();",
          "Thread.currentThread().setName(\"x\");"
              + " Thread.currentThread().setContextClassLoader(null);",
          "new Thread(() -> { synchronized (System.out) { while (always()) Thread.onSpinWait(); } })"
              + ".start();",
          "for (Thread any : Thread.getAllStackTraces().keySet()) any.interrupt();");

  private static final List<String> ATTACKS = new ArrayList<>();

  static {
    ATTACKS.addAll(ENDING.keySet());
    ATTACKS.addAll(ENDLESS);
    ATTACKS.addAll(VAIN);
  }

  private static final Duration SHORT = Duration.ofMillis(500);

  @TempDir private static Path folder = Path.of("");

  /** Its deadline is so far away that it cannot come. */
  private static IsolatedPolicy patient;

  private static IsolatedPolicy impatient;

  @BeforeAll
  static void start() throws IOException {
    IsolatedPolicy.jar(folder, "", ATTACKS).build("hostile.jar");
    patient = new IsolatedPolicy(folder, Duration.ofHours(1));
    impatient = new IsolatedPolicy(folder, SHORT);
  }

  @AfterAll
  static void end() {
    patient.close();
    impatient.close();
  }

  static List<String> ending() {
    return List.copyOf(ENDING.keySet());
  }

  static List<String> endless() {
    return ENDLESS;
  }

  static List<String> vain() {
    return VAIN;
  }

  private static String failure(IsolatedPolicy policy, String attack) {
    return IsolatedPolicy.failure(policy.plan(ATTACKS.indexOf(attack)));
  }

  /** The next plan gets a process in which everything works. */
  private static void assertGoesOn() {
    assertEquals(
        "there is no failure", IsolatedPolicy.failure(patient.plan(IsolatedPolicy.HARMLESS)));
  }

  @ParameterizedTest
  @MethodSource("ending")
  void anAttackThatEndsTheCallIsNamed(String attack) {
    String failure = failure(patient, attack);
    assertTrue(failure.startsWith("policy hostile"), failure);
    assertTrue(failure.contains(String.valueOf(ENDING.get(attack))), failure);
    assertGoesOn();
  }

  @ParameterizedTest
  @MethodSource("endless")
  void anAttackThatDoesNotEndIsEndedAtTheDeadline(String attack) {
    String failure = failure(impatient, attack);
    assertTrue(failure.startsWith("policy hostile: P8: no answer within 500 ms"), failure);
  }

  @ParameterizedTest
  @MethodSource("vain")
  void anAttackThatReachesNothingIsAnsweredLikeOthers(String attack) {
    assertEquals("there is no failure", failure(patient, attack));
    assertGoesOn();
  }

  @Test
  void threeFailuresInARowSwitchThePolicyOff() {
    try (IsolatedPolicy policy = new IsolatedPolicy(folder, ContractSettings.defaults())) {
      for (int round = 0; round < 3; round++) {
        assertTrue(failure(policy, "Runtime.getRuntime().halt(5);").contains("exit code 5"));
      }
      assertTrue(policy.guarded().state().switchedOff());
    }
  }

  @Test
  void anExitInAStaticBlockIsALoadFailureAndDisturbsNoOtherPolicy(@TempDir Path other)
      throws IOException {
    Path jar =
        IsolatedPolicy.jar(other, "static { System.exit(9); }", List.of()).build("hostile.jar");
    try (PolicyRegistry registry = IsolatedPolicy.registry(other)) {
      assertEquals("static", registry.find("static").name());
      String message =
          String.valueOf(
              assertThrows(PolicyException.class, () -> registry.find("hostile")).getMessage());
      assertEquals(
          "policy hostile cannot be loaded: "
              + jar
              + ": plugin.Hostile: its process ended with exit code 9",
          message);
    }
  }
}
