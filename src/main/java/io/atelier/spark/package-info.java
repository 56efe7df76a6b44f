/** Sessions, the GPU stage, job groups, fan-out and progress; knows no table and no model. */
package io.atelier.spark;
