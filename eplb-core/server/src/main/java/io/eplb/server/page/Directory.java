package io.eplb.server.page;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** The models and groups that have a topic: what is not in it is gone. */
record Directory(List<TopicKey> topics) implements TopicContent {
  Directory {
    topics = List.copyOf(topics);
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("topics");
    for (TopicKey topic : topics) {
      json.writeStartObject();
      json.writeStringField("kind", topic.kind().event());
      json.writeStringField("group", topic.group());
      json.writeStringField("model", topic.model());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
