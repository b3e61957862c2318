"""
PART 1 - predict one number from one number with a LSTM network
what: makes 19 training examples, trains, tests on 20 larger numbers
variables: X_train,y_train,X_test,y_test,model,hist,y_hat
output: prints everything on the way and shows 3 figures at the end
"""
print("importing ...")
import os
os.environ["KERAS_BACKEND"] = "jax"
import warnings
warnings.filterwarnings("ignore")
from math import *
from numpy import *
import numpy as np
from matplotlib.pyplot import *
from scipy.stats import shapiro
from sklearn import linear_model, metrics
import keras
from keras.models import Sequential
from keras.layers import *
print("keras version", keras.__version__)
seed = 7
np.random.seed(seed)
keras.utils.set_random_seed(seed)

def createSynData(start=1,stop=21,const=15):
    print("createSynData", start, stop, const)
    x=arange(start,stop)
    y=x*const
    x=x[1:]; y=y[:-1]
    print("x",x); print("y",y)
    return x.reshape((-1,1,1)).astype(float32), y.astype(float32)

def createTestData(X_train,n=20,const=15):
    k=4
    a=int(X_train.max())+k
    print("test data start at",a)
    x=arange(a,a+n)
    y=(x-1)*const
    return x.reshape((-1,1,1)).astype(float32), y.astype(float32)

X_train,y_train=createSynData()
X_test,y_test=createTestData(X_train)
print(X_train.shape,y_train.shape,X_test.shape,y_test.shape)
assert X_train.shape==(19,1,1), "wrong shape!"
assert y_test[0]==15*(X_test[0,0,0]-1)

def build_model():
    m=Sequential()
    m.add(Input((1,1)))
    m.add(LSTM(50,activation="relu",return_sequences=True))
    m.add(LSTM(50,activation="relu"))
    m.add(Dense(1))
    m.compile(optimizer="adam",loss="mse",metrics=["mae"])
    print(m.summary())
    return m

model=build_model()

def train_model(model,X_train,y_train):
    print("training ...", X_train.shape)
    h=model.fit(X_train,y_train,epochs=600,batch_size=5,validation_split=0.2,verbose=0)
    print("last loss", h.history["loss"][-1], "val", h.history["val_loss"][-1])
    return h.history

hist=train_model(model,X_train,y_train)
y_hat=model.predict(X_test)
print("X=30:",model.predict(array([[[30.]]])),"should be 435")
for i in range(10): print(y_test[i],y_hat[i,0])

def evaluate(y_true,y_pred):
    a=asarray(y_true).ravel(); b=asarray(y_pred).ravel()
    print("evaluate",a.shape,b.shape)
    return {"r2":metrics.r2_score(a,b),"mse":metrics.mean_squared_error(a,b),"normality_p":shapiro(a-b)[1]}

def linear_baseline(X_train,y_train,X_test):
    reg=linear_model.LinearRegression().fit(X_train[:,0],y_train)
    print("slope",reg.coef_,"intercept",reg.intercept_)
    return reg.predict(X_test[:,0])

print("LSTM  ",evaluate(y_test,y_hat))
y_lin=linear_baseline(X_train,y_train,X_test)
print("linear",evaluate(y_test,y_lin))

def plot_results(history,X_test,y_test,y_pred):
    print("plotting",history.keys())
    figure(); plot(history["loss"]); plot(history["val_loss"]); legend(["loss","val_loss"]); xlabel("epochs"); ylabel("loss"); grid()
    figure(); hist_,edges,_=hist_of(y_test,y_pred); print(hist_,edges); xlabel("residuals"); ylabel("N")
    figure(); plot(X_test[:,0,0],y_test,"b."); plot(X_test[:,0,0],ravel(y_pred),"r."); legend(["true","pred"]); xlabel("X"); ylabel("y")
    show()

def hist_of(y_test,y_pred):
    import matplotlib.pyplot as plt
    return plt.hist(ravel(y_test)-ravel(y_pred),color="g")

plot_results(hist,X_test,y_test,y_hat)
print("done")
