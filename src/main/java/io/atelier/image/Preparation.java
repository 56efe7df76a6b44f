package io.atelier.image;

import java.io.Serializable;

/** What is made of a picture's pixels for something that compares or rates pictures. */
public interface Preparation extends Serializable {

  /** The numbers of an upright picture, as many for every picture. */
  float[] values(Rgb picture);
}
