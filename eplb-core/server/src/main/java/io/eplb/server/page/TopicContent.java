package io.eplb.server.page;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The state of a topic, immutable. */
interface TopicContent {
  /** Writes the state as one JSON object. */
  void write(JsonGenerator json) throws IOException;
}
