package io.eplb.core.format.placement;

import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.torch.TorchFile;
import io.eplb.core.format.torch.TorchTensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a map from a file of {@code torch.save}: one that SGLang's {@code --init-expert-location}
 * loads, or the map in force at the end of a recording in mode {@code per_pass} or {@code
 * per_token}, which is the same on all ranks.
 */
final class SglangTorchMap {
  private static final String RECORDED = "last_physical_to_logical_map";
  private static final String COUNTS = "logical_count";

  private SglangTorchMap() {}

  static NumberArray read(InputSource source, PlacementExpectation expectation) {
    return TorchFile.read(source, file -> map(file, expectation.expertId()));
  }

  private static NumberArray map(TorchFile file, NumberRule expert) {
    Map<?, ?> content = file.dictionary();
    if (content.containsKey(RECORDED)) {
      return map(file, RECORDED, content.get(RECORDED), expert);
    }
    if (content.containsKey(COUNTS)) {
      throw file.fault(
          "is a recording of SGLang's in mode stat, which holds no map; --load takes it, and without --current a plan starts from the engine's initial layout");
    }
    for (Object key : content.keySet()) {
      if (!SglangFormat.KEY.equals(key)) {
        throw file.fault(SglangFormat.otherKey(OneLine.quote(String.valueOf(key))));
      }
    }
    return map(file, SglangFormat.KEY, content.get(SglangFormat.KEY), expert);
  }

  private static NumberArray map(
      TorchFile file, String key, @Nullable Object value, NumberRule expert) {
    if (!(value instanceof TorchTensor tensor)
        || tensor.dimensions() != 2
        || tensor.elements() == 0) {
      throw file.fault(
          "/%s is %s; expected a tensor of layers × slots".formatted(key, TorchFile.kind(value)));
    }
    int layers = Math.toIntExact(tensor.shape().get(0));
    int slots = Math.toIntExact(tensor.shape().get(1));
    double[] ids = file.numbers("/" + key, tensor, true);
    for (int at = 0; at < ids.length; at++) {
      if (!expert.accepts(true, ids[at])) {
        throw file.fault(
            "/%s/%s/%s is %s; expected %s"
                .formatted(key, at / slots, at % slots, (long) ids[at], expert.description()));
      }
    }
    return new NumberArray(new int[] {layers, slots}, ids);
  }
}
