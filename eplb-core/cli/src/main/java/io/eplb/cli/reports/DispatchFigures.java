package io.eplb.cli.reports;

import io.eplb.api.Dispatch;

/** The words for a dispatch in reports. */
public final class DispatchFigures {
  private DispatchFigures() {}

  /** Returns the label of a dispatch and its meaning. */
  public static String text(Dispatch dispatch) {
    return dispatch.label()
        + switch (dispatch) {
          case EVEN -> ": equal parts of an expert's tokens to its replicas";
          case LP -> ": tokens divided so that the hottest rank has the least";
          case SINGLE -> ": all tokens of an expert to one of its replicas";
        };
  }
}
