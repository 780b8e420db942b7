package io.eplb.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
  private final BearerToken token = new BearerToken("s3cret.~+/-_==");

  @Test
  void theSecretIsAdmittedWhateverTheCaseOfTheScheme() {
    assertTrue(token.admits("Bearer s3cret.~+/-_=="));
    assertTrue(token.admits("bearer  s3cret.~+/-_== "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer s3cret",
        "Bearer s3cret.~+/-_==x",
        "Basic s3cret.~+/-_==",
        "s3cret.~+/-_=="
      })
  void nothingElseIsAdmitted(String header) {
    assertFalse(token.admits(header));
  }

  @Test
  void aMissingHeaderIsNotAdmitted() {
    assertFalse(token.admits(null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two words", "ümlaut", "line\nbreak", "="})
  void aSecretThatNoHeaderCarriesIsRefusedWithoutBeingShown(String secret) {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> new BearerToken(secret));
    assertTrue(String.valueOf(refusal.getMessage()).startsWith("the token is empty or has"));
    assertFalse(secret.length() > 1 && String.valueOf(refusal.getMessage()).contains(secret));
  }

  @Test
  void theSecretIsNotInItsText() {
    assertEquals("BearerToken", token.toString());
  }
}
