package io.eplb.core.contract;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Jars that throw exceptions and errors which are hard to catch. */
class HostileThrowContractTest extends HostileFolder {
  @Test
  void aSneakyCheckedExceptionRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            """
            @SuppressWarnings("unchecked")
            private static <T extends Throwable> void sneak(Throwable thrown) throws T {
              throw (T) thrown;
            }
            """,
            "Hostile.<RuntimeException>sneak(new java.io.IOException(\"disk\")); return null;"),
        SETTINGS,
        "policy hostile failed: disk (at Hostile.java:");
  }

  @Test
  void anExceptionOfTheJarsOwnWhoseMethodsThrowRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            """
            static final class Trap extends RuntimeException {
              public String getMessage() { throw new Trap(); }
              public String toString() { throw new Trap(); }
              public Throwable getCause() { throw new Trap(); }
              public StackTraceElement[] getStackTrace() { throw new Trap(); }
            }
            """,
            "throw new Trap();"),
        SETTINGS,
        "policy hostile failed: it gave no reason");
  }

  @Test
  void aRealOutOfMemoryErrorRejectsThePlan() throws IOException {
    assertRejected(
        "long[][] hoard = new long[99][]; for (int i = 0; i < 99; i++) hoard[i] = new"
            + " long[Integer.MAX_VALUE - 8]; return null;",
        "policy hostile failed: it ran out of memory");
  }

  @Test
  void aRealStackOverflowRejectsThePlan() throws IOException {
    assertRejected(
        "return rebalanceExperts(table, workload, context);",
        "policy hostile failed: it recursed too deeply");
  }

  @Test
  void aThreadDeathRejectsThePlan() throws IOException {
    assertRejected("throw new ThreadDeath();", "policy hostile failed: it stopped its thread");
  }

  @Test
  void aStaticInitialiserThatFailsRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            "static final class Lazy { static final int VALUE = Integer.parseInt(\"seven\"); }",
            "return Lazy.VALUE == 7 ? null : Rebalance.unchanged(table);"),
        SETTINGS,
        "policy hostile failed: a class of it could not be initialised: For input string");
  }

  @Test
  void aClassThatIsFoundMissingInTheCallRejectsThePlan() throws IOException {
    // A jar that names a class it does not have is not even selected; this one tries by itself.
    assertRejected(
        "throw new NoClassDefFoundError(\"plugin/Gone\");",
        "policy hostile failed: the class plugin.Gone that it needs is missing");
  }

  @Test
  void aMethodThatTheApiDoesNotHaveRejectsThePlan() throws IOException {
    assertRejected(
        hostile("", "throw new NoSuchMethodError(\"io.eplb.api.ExpertTable.shuffle()\");"),
        SETTINGS,
        "policy hostile failed: it was built against another version of a class");
  }

  @Test
  void anExceptionWhoseMessageNeverComesRejectsThePlan() throws IOException {
    assertRejected(
        hostile(
            "static final class Endless extends RuntimeException { public String getMessage() { "
                + unlessOver("Thread.onSpinWait();")
                + " return null; } }",
            "throw new Endless();"),
        IMPATIENT,
        "P8: no answer within 250 ms");
  }
}
