package io.eplb.core.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.Objective;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyTraits;
import io.eplb.core.foreign.PolicyDeclaration;
import io.eplb.core.registry.PolicyClass;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyCodecTest {
  @Test
  void optionsOfEveryTypeArriveAsTheyWereDeclared() throws Exception {
    PolicyDeclaration declared =
        new PolicyDeclaration(
            "acme",
            List.of(
                PolicyOption.integer("depth", 4, -1, 8, "How deep to search."),
                PolicyOption.integer("moves", 4, 0, 8, "How many.").unrestrictedAt(0L),
                PolicyOption.decimal("share", 0.25, 0, 1, "Which share.").unrestrictedAt(1.0),
                PolicyOption.flag("fast", true, "Less careful."),
                PolicyOption.choice("mode", "b", List.of("a", "b"), "Which mode."),
                PolicyOption.text("label", "größer", "A text.").unrestrictedAt("")),
            PolicyTraits.builder().stateful(true).objective(Objective.OWN_MEASURE).build());
    PolicyDeclaration read = PolicyCodec.readDeclaration(PolicyCodec.write(declared).flipped());
    assertEquals(declared.traits(), read.traits());
    assertEquals("acme", read.name());
    assertEquals(declared.options().toString(), read.options().toString());
    for (int index = 0; index < declared.options().size(); index++) {
      PolicyOption<?> expected = declared.options().get(index);
      PolicyOption<?> found = read.options().get(index);
      assertEquals(expected.type(), found.type());
      assertEquals(expected.description(), found.description());
      assertEquals(expected.unrestricted(), found.unrestricted());
      assertEquals(expected.defaultValue(), found.defaultValue());
    }
  }

  @Test
  void anOrderToLoadArrivesAsItWasGiven() throws Exception {
    PolicyCodec.Load load =
        new PolicyCodec.Load(
            new PolicyClass(Optional.of(Path.of("a b.jar")), "plugin.Acme"),
            3,
            Map.of("key", "value", "empty", ""));
    assertEquals(load, PolicyCodec.readLoad(PolicyCodec.write(load).flipped()));
  }

  @Test
  void aProcessOfAnotherVersionIsRefused() {
    Frame other = Frame.of(Frame.Kind.DECLARED).put(PolicyCodec.VERSION + 1).flipped();
    assertThrows(MalformedFrameException.class, () -> PolicyCodec.readDeclaration(other));
  }
}
