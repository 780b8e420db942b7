package io.eplb.core.update;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ThrownReasonTest {
  private static final String UNSAID = "no reason was given, the log has the details";

  @Test
  void anExceptionSpeaksByItsMessage() {
    assertEquals(
        "the link is down", ThrownReason.of(new IllegalStateException("the link is down")));
  }

  @Test
  void anExceptionThatOnlyWrapsAnotherSpeaksByTheOther() {
    IllegalStateException cause = new IllegalStateException("the link is down");
    assertEquals("the link is down", ThrownReason.of(new CompletionException(cause)));
    assertEquals("the link is down", ThrownReason.of(new ExecutionException("wrapped", cause)));
    assertEquals("the link is down", ThrownReason.of(new RuntimeException(cause)));
    assertEquals("the link is down", ThrownReason.of(new RuntimeException(null, cause)));
    assertEquals("rank 3", ThrownReason.of(new RuntimeException("rank 3", cause)));
  }

  @Test
  void anExceptionWithoutAMessageSaysWhereToLook() {
    assertEquals(UNSAID, ThrownReason.of(new StackOverflowError()));
    assertEquals(UNSAID, ThrownReason.of(new IllegalStateException(" ")));
    assertEquals(UNSAID, ThrownReason.of(new CompletionException(new StackOverflowError())));
  }

  @Test
  void aReasonIsOneLine() {
    assertEquals("first second", ThrownReason.of(new IllegalStateException("first\n  second\n")));
  }
}
