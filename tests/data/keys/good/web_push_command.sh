web-push send-notification \
  --endpoint=https://push.example.org/send/abc --key=BFoo --auth=xyz \
  --vapid-subject=mailto:ops@example.org --vapid-pubkey=BE3Y1ppW6OP8PzTaXADq73u6mkZGG8D_LAeCrv56ukt40qPvS_Hq2-XK2bfOn7KYoyRN702e0sUNYJ9CT4VKt5g --vapid-pvtkey=u7AHUaWdCvkDEV5ZZ1gAZg-VTuFXXrDt3d3ZwMUxkpY \
  --payload=hello
