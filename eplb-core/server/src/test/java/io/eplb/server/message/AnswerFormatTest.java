package io.eplb.server.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.InvalidInputException;
import io.eplb.server.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFormatTest {
  private static final byte[] ARCHIVE = Bodies.archive("load", Bodies.LOAD);
  private static final byte[] OBJECT = Bodies.json(" \n{}");

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      delimiter = '|',
      textBlock =
          """
          none | NPZ | JSON
          '' | NPZ | JSON
          */* | NPZ | JSON
          application/* | NPZ | JSON
          application/json | JSON | JSON
          application/x-npz | NPZ | NPZ
          APPLICATION/JSON;charset=utf-8 | JSON | JSON
          application/x-npz, application/json | NPZ | JSON
          application/json, */*;q=0.5 | JSON | JSON
          application/json;q=0.3, application/x-npz;q=0.4 | NPZ | NPZ
          application/json;q=0, */* | NPZ | NPZ
          application/json;q=0.1, application/*;q=0.9 | NPZ | NPZ
          text/html, application/json; q=0.9 ; x=y | JSON | JSON
          """)
  void theAnswerHasTheFormatThatTheRequestPrefers(
      String accept, AnswerFormat forArchive, AnswerFormat forObject) {
    assertEquals(forArchive, AnswerFormat.of(accept, null, ARCHIVE));
    assertEquals(forObject, AnswerFormat.of(accept, null, OBJECT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "application/json;q=0, application/x-npz;q=0",
        "application/json;q=2",
        "application/json;q=x",
        "*/*;q=0",
        ";;,",
        "*"
      })
  void aRequestThatAcceptsNeitherFormatIsRefused(String accept) {
    ProblemException refusal =
        assertThrows(ProblemException.class, () -> AnswerFormat.of(accept, null, ARCHIVE));
    assertEquals(406, refusal.status());
    assertEquals(
        "the request accepts \"%s\"; answers are application/json or application/x-npz"
            .formatted(accept.length() <= 40 ? accept : accept.substring(0, 40) + "…"),
        refusal.detail());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      textBlock =
          """
          application/json; charset=utf-8, JSON, JSON
          application/x-npz, NPZ, NPZ
          Application/Zip, NPZ, NPZ
          application/octet-stream, NPZ, JSON
          application/x-www-form-urlencoded, NPZ, JSON
          text/plain, NPZ, JSON
          '', NPZ, JSON
          none, NPZ, JSON
          """)
  void aBodyHasTheFormatOfItsTypeOrOfItsFirstBytes(
      String type, AnswerFormat archive, AnswerFormat object) {
    assertEquals(archive, AnswerFormat.ofBody(type, ARCHIVE));
    assertEquals(object, AnswerFormat.ofBody(type, OBJECT));
  }

  @Test
  void aBodyInNeitherFormatIsRefused() {
    ProblemException refusal =
        assertThrows(
            ProblemException.class, () -> AnswerFormat.of("*/*", "text/csv", Bodies.json("1,2\n")));
    assertEquals(415, refusal.status());
    assertEquals(
        "the body holds text; expected application/x-npz, which numpy.savez writes, or application/json",
        refusal.detail());
  }

  @Test
  void anEmptyBodyIsRefused() {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> AnswerFormat.ofBody(null, new byte[0]));
    assertEquals(
        "the body is empty; expected an NPZ archive or a JSON object", refusal.getMessage());
  }
}
